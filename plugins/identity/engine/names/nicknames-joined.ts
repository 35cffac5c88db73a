/** Names of East Asia in one word or two, and other joined names, written as in `nicknamesAToF`; a line after a hash is a heading. */
export const nicknamesJoined = `
# China, Hong Kong, Taiwan, Korea, Vietnam, Thailand, Indonesia, Philippines
minjun min_jun minjoon
jihoon ji_hoon ji_hun jihun
jiyoung ji_young jiyeong
jisoo ji_soo jisu ji_su
minsoo min_soo minsu
seojun seo_jun seojoon
sungho sung_ho seongho
sungmin sung_min seongmin
soojin soo_jin sujin su_jin
sooyoung soo_young suyeong
hyunwoo hyun_woo hyeonwoo
thi_hoa hoa
thi_lan lan
thi_mai mai
thi_thu thu
thi_huong huong
thi_hanh hanh
thi_kim kim
thi_ngoc ngoc
thi_phuong phuong
thi_thao thao
thi_thanh thanh
thi_thuy thuy
thi_tuyet tuyet
thi_van van
thi_hong hong
thi_minh minh
thi_ha ha
thi_bich bich
somchai ~ chai
somsak ~ sak
supaporn supaphon
siriporn siriphon
budi boedi
dewi devi
sri sree
maricel marisel
maryjane mary_jane = mary ~ jane mj
maryjoy mary_joy = mary ~ joy
marygrace mary_grace = mary ~ grace
marylou mary_lou = mary lou
annalyn anna_lyn = anna
johnpaul john_paul = john jp ~ paul
markanthony mark_anthony = mark ~ anthony
rosalinda = rosa linda
bongbong = bong
ferdinand ~ bong
lea_anne = lea
# double and joined names
annabeth anna_beth = anna beth ann
annalise annaliese annelise annalisa anna_lisa = anna lisa ~ lise anne
bobby_jo bobbiejo = bobby bobbie
billie_jo billiejo = billie
betty_ann bettyann = betty
emmakate emma_kate = emma
emilyrose emily_rose = emily
ella_rose ellarose = ella
graceanne grace_anne = grace
jody_ann jodyann = jody
johnboy john_boy = john
kateanne kate_anne = kate
kerryanne kerry_anne kerry_ann kerryann kerriann = kerry ~ anne
laura_jane laurajane = laura
leigh_ann leeann = leigh
lisa_marie lisamarie = lisa
maryjo mary_jo = mary ~ jo
marykate mary_kate = mary ~ kate
marybeth mary_beth = mary ~ beth
maryellen mary_ellen = mary ~ ellen
marylouise mary_louise = mary ~ louise
mary_margaret = mary
mary_therese = mary
peggy_sue peggysue = peggy
ruthanne ruth_anne ruth_ann ruthann = ruth
sarah_jane sarahjane sarajane = sarah ~ jane sj
sarah_louise = sarah
sue_ellen suellen = sue ~ ellen
sueann sue_ann sueanne sue_anne = sue
terry_ann terryann terriann = terry terri
tracy_ann tracyann = tracy
`

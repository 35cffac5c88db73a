/** Spellings of Arabic, Persian, Turkish and Hebrew names, written as in `nicknamesAToF`; a line after a hash is a heading. */
export const nicknamesArabic = `
# Arabic, Persian, Turkish, Hebrew
aaliyah aliyah alia aliya
abdallah abdullah abdulla abdalla = abdul abdel abed ~ abdo
abdelrahman abdulrahman abdurrahman abdul_rahman abdel_rahman abdirahman = abdul abdel rahman abed ~ abdi
abdulaziz abdelaziz abdul_aziz = aziz abdul
abdulkareem abdulkarim abdul_karim abdelkarim = karim abdul kareem
abdulmajid abdul_majid = majid abdul
abdulqader abdelkader abdul_qadir abdulkadir = abdul qader kader
abdulsalam abdul_salam abdelsalam = salam abdul
ahmad ahmed ahmet achmad ahmat ~ eddie
aisha ayesha aysha aishah ayisha aicha aysheh ayse
ali aly
alireza ali_reza = ali reza
amal amaal
ameen amin amine
ameer amir emir
amina aminah aamina ameena
amirhossein amir_hossein = amir
aref arif
asma asmaa
ayman aiman aymen
aziz azeez
bashir basheer bachir
bilal belal bilaal
daoud dawood daud dawud ~ david
ebrahim ibrahim ibraheem = ibby ~ abraham abe
ehsan ihsan
elias ilias ilyas ~ eli
eman iman
esmail ismail ismael ismaeel esmaeil
fadi fady
fahd fahad
faisal faysal feisal faizal
fares faris
farid fareed
fatima fatimah fatema fatma fatemeh fatimeh ~ fati
ghassan ghasan ~ gus
habib habeeb
hadi hady
hafsa hafsah
hakim hakeem
hamad hamed hamid hameed
hamza hamzah hamzeh
hana hanna hannah
hanan hannan
hasan hassan hasaan
haidar haider hayder haydar
hiba heba
hossein hussein hussain husayn husain hossain houssein huseyin
huda hoda houda
idris idrees edris
imad emad
imran emran
iqbal eqbal
jabir jaber
jafar jaafar jaffar ja_far
jamal gamal jamaal djamel ~ jim jimmy
jamil jameel
jawad javad jawaad
joumana jumana
kamal kamaal kamel ~ kam
kareem karim karem
khadija khadijah khadeeja khadijeh hatice
khaled khalid khaleed halid
khalil khaleel halil
laila leila layla leyla laylah
latif lateef
louay loay luay
maha mahaa
mahdi mehdi mahdy
mahmoud mahmood mahmud mehmood ~ mood mah
majid majeed majed
malak malaak
malik malek maalik
mansour mansoor mansur
mariam maryam miriam mariyam meryem maryem
marwa marwah
marwan marwaan
mehmet muhammet
mohammed muhammad mohamed mohammad mohamad muhammed mohamud mohammod mahomed muhamad mouhamad muhammet = mo mohd mhd mhmd moe md hamad ~ muha mohsin
mohammad_ali mohammadali = mohammad ali
mohammad_reza mohammadreza = mohammad reza
mohsen mohsin muhsin
mona muna mouna
moussa musa mousa mosa ~ moses
mustafa mostafa moustafa mustapha moustapha = mus muzza ~ steve
nabil nabeel
nader nadir
nadeem nadim
najib najeeb
naser nasser nasir nassir
nasreen nasrin
noor nur nour noora
noura nora nura
omar umar omer ~ oz
osama usama
othman osman uthman usman ousman
parisa pareesa
qasim kassem qassim kasim kassim
rabia rabiah
rachid rashid rasheed
rahim raheem
rahma rahmah
ramadan ramazan
ramy rami
rania raniah
rashad rachad
reem rim
reza raza riza
riyad riad riyadh
roya ruya
saad sad
saeed said sayed saiid sayeed
safa safaa
sajid sajjad
salah saleh salih ~ sal
salam salaam
salim saleem selim
salma selma
sameer samir = sam
samira sameera samirah
sana sanaa
sayed syed said seyed sayyid
shahid shaheed
sharif shareef cherif sherif
shireen shirin sheereen
sohail suhail sohayl
soraya thuraya
suleiman sulaiman sulayman solomon suleyman soliman = sol ~ sam
sumaya sumayya sumaiya
tareq tarek tariq tarik
usama osama
waleed walid
wassim wasim waseem
yahya yahia yehya
yaqoub yaqub yakub yacoub
yasin yassin yaseen yassine
yasser yasir yaser
younes yunus younis yunis yonas
yousef yusuf youssef yousif yusef joseph yousuf youssouf ~ joe joey
yusra yousra
zahra zahraa zehra zara
zainab zaynab zeinab zeynep zaineb zainabu
zaki zakky
zakaria zakariya zachariah zakariyya = zak zac
zayd zaid zeid
zeyad ziad ziyad
avraham abraham = avi abe ~ rami
binyamin benyamin benjamin = benny ben ~ bibi
chaim haim hayim
chana hana hannah
david dovid ~ dudi dudu
eliyahu elijah = eli
eliezer eliezar = eli
itzhak yitzhak yitzchak isaac = itzik zak
menachem menahem ~ mendy mendel
mordechai mordecai = moti mordy
moshe moses = moe ~ moishe
rivka rivkah rebecca = riva
shlomo solomon ~ shloimy
shmuel samuel = sam shmulik
shoshana susan = shosh
yaakov yakov jacob ~ jake kobi
yehuda judah ~ udi jude
yehoshua joshua = josh ~ shuki
yosef joseph = yossi joe
mehmet mehmed ~ mem
mustafa ~ musti
ibrahim ~ ibo
suleyman ~ sulo
`

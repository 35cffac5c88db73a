/** Names of English-speaking countries, N to Z, written as in `nicknamesAToF`. */
export const nicknamesNToZ = `
nadia nadya nadja
nadine nadeen = nad
nancy = nan nance
naomi naomie = nay nomi
natalia nataliya natalya = nat ~ natasha tasha talia natalie
natalie nathalie natalee nataly = nat nattie tally ~ natty
natasha natascha = tash tasha nat ~ natalia
nathan nathen naythan = nate nat nath
nathaniel nathanial nathanael = nate nat nath natty than ~ nathan
ned neddy
neil neal niel
nelson = nels nelly
nerida = neri
neroli nerolie
neve niamh
neville nevil = nev
nicholas nicolas nickolas nikolas nicolaus = nick nicky nic nico nik ~ claus colin cole
nicola nichola = nic nicky nikki nik nicki ~ nicole
nicole nichole nicolle nikole = nic nicky nikki nicki nik ~ cole
nigella = nige
noah noa
noelene noeline noelle = nell
noelle = noe
nora norah honora = nonie
norbert = bert norb norbie
noreen norene = nora
norman = norm normie
obadiah = obie obed
octavia = tavia tave
olive = ollie liv
oliver olivar = ollie oli olly
olivia alivia = liv livvy ~ livia ollie
ophelia = phelia
orla orlah
orlando = orly
orson = orsie
oscar oskar = oz ossie
oswald = oz ossie ozzie ossy ozzy
owen owain eoin
paige page
paloma = lola
pamela pamella = pam pammy
pandora = dora
parker = parks
patience = pat patty
patricia = pat patty patsy tricia trish patti trisha pattie
patrick = pat paddy pate ~ patty rick
patsy = pat
paul = paulie pauly
paula = paulie ~ polly
paulette = paulie
pauline paulina ~ paulie polly
pearl pearle
penelope = penny pen pennie ~ nell
percival = percy
peregrine = perry
perry peri
persephone = seph percy
peter = pete petey
petra peta = pet
petronella = nella petra
philip phillip philipp = phil pip flip
philippa phillippa philipa phillipa pippa = pip ~ phil
philomena filomena ~ phil mena
phineas = phin finn
phoebe phebe = phoebs
phoenix = nix
phyllis phillis = phyl
piers pierce pearce
preston = pres
priscilla = cilla pris prissy
prudence = pru prue prudy
quentin quinten quinton = quin
quincy = quin
rachel rachael rachell racheal = rach rae
rachelle rochelle = shelly shelley rach
raelene = rae
ralph rafe = ralphie
ramona = mona
ramsay ramsey
randall randal = randy rand
randolph = randy dolph
raphael rafael = raf raff rafe rafi
raylene = ray rae
raymond raymund = ray
reagan regan
rebecca rebekah rebeka rebecka = bec becky becca beck becs bek ~ reba
rebeccah rebecca = bec
rebel = reb
reece rhys reese rees
regina ~ gina reggie
reginald = reg reggie renny ~ rex
renee rennae renae rene
reuben ruben rueben = ben rube
rhiannon rhianna = rhi
rhoda = rhodie
rhonda ronda = ron
richard ritchard = rick rich dick ricky richie dickie rik rickie dicky ritchie
riley rylee ryleigh reilly = ry
robert = rob bob bobby robbie robby robb bobbie ~ bert rab rabbie robin
roberta = bobbie robbie bobbi berta bobby
robin robyn robyne robynne = rob
rocco rocky
roderick rodrick = rod roddy rickie ~ rick rory
rodney rodny = rod roddy
roger rodger = rog roge rod
roland rowland rollo = rollie rolly
roman = rome
ronald = ron ronnie ronny
rory ruairi
rosa = rosie
rosalie rosalee = rose rosie
rosalind rosalyn roslyn rosalynd roslin rosaline = ros roz rose rosie ~ lyn linda
rosamund rosamond = ros roz rose rosie
rose rosa = rosie
roseanne rosanne rosanna roseanna roseann rosann rose_anne rose_ann = rose rosie ~ anna anne
rosemary rosemarie rose_marie rose_mary = rose rosie ~ romy marie mary
rosina = rosie
rowena = ro rowie
roxanne roxane roxanna = roxy rox roxie
ruaridh ruairi rory
ruby rubie = rube
rudolph rudolf = rudy ~ rolf dolf
rupert = rupe
russell russel = russ rusty
ruth = ruthie
ryan rian
sabrina = brina
saffron = saffy
sally sallie = sal
salvatore = sal ~ sam sammy turi toto
samantha = sam sammy sammie mantha ~ mandy
samson sampson = sam
samuel samual = sam sammy sammie
sandra sondra = sandy sandi
sandy sandie
sara sarah ~ sally sadie sal zara
savannah savanna = sav
scarlett scarlet = scar
scott scot = scotty scottie
sean shaun shawn
sebastian sebastien = seb bas sebby sebbie
selina selena celina
seraphina serafina = sera fina
serena sarina = rena
seymour = sy
shane shayne
shania = shan
shannon shannan shanon = shan
sharni sharnie
sharon sharron sharyn = shaz shazza ~ shari sheri
sheila sheilah shelagh
sheldon = shel
shelley shelly shellie = shell
sheree cherie sherrie sherry sheri
sherelle cherelle
shirley shirly = shirl
sidney sydney = sid syd
silvia sylvia = sylvie syl sil
simon = si sim
simone simona = sim
skyler skylar schuyler = sky
solomon = sol solly
sonia sonya sonja
sophia sofia sophie sofie = soph
spencer spenser = spence
stacey stacy staci stacie = stace
stanley = stan
stella estelle estella = stell
stephanie stefanie stephany stefani = steph stef stevie steffi steffy stephie
stephen steven stephan stefan stevan = steve stevie ste ~ steph stef
sterling = ster
stewart stuart = stu stew stewie
susan susanne suzanne susanna susannah suzanna suzan = sue susie suzie suzy susy susi suzi ~ suki sukie
susie suzie
suzette = suzy sue suzie
sybil sibyl
sydney sidney = syd sid
sylvester silvester = sly syl sy vester
tabitha tabatha = tab tabby tabbie
tahlia talia
talia thalia
tallulah = tally lulah
tamara = tam tammy tammie ~ mara
tamsin tamzin tamsyn = tam tammy
tania tanya tanja = tan
tanner tannar
tatiana tatyana tatjana = tati ~ tania tanya
taylor tayler tayla taylah = tay
teagan tegan
tegan teagan = teags
tenille tennille
terence terrence terance terrance = terry tel tez
teresa theresa therese teressa = terry tess tessa terri tessie ~ tracy trese resa
terry terrie terri
thaddeus = thad tad ~ ted
thelma = thel
theodora = thea dora ~ theo teddy
theodore theodor = theo ted teddy ~ tad
theophilus = theo
theresa = resa
thomas tomas = tom tommy thom ~ tam
tiarna tiana
tiffany tiffani tiffanie = tiff tiffy
tilly tillie
timothy = tim timmy ~ timo
tobias = toby tobi
toby tobey
todd tod
tony toni
tracey tracy traci tracie = trace
travis = trav
trent trenton = trenty
trevor trever = trev
tricia trisha trish
tristan tristen tristram trystan = tris
trixie trixy
trudy trudie trudi
tyler tyla = ty
tyrone = ty tyron
tyson = ty
una oona oonagh
ursula ~ urs ursa
valentina = val vallie ~ tina
valentine = val
valerie valery = val
vanessa = nessa ness van essa
vaughan vaughn
vera veera
verity = vee
verna = vern
verne vern
vernon = vern vernie
veronica veronika = ronnie roni ron ronni vonnie ronna ~ vera nica nikki
victor viktor = vic vick
victoria viktoria = vicki vicky vickie tori vic tory vikki tor torie ~ toria
vincent vincente = vince vinnie vin vinny
vincenzo = vin vinny
violet viola violette = vi lettie
violetta = letta vi
virgil = virgie
virginia = ginny ginnie ~ ginger gina jinny
vivek = viv
vivian vivien vivienne viviane = viv
wade waide
waldemar = wally
wallace wallis = wally wal
walter walther = walt wally wal
wanda vanda
warren waren = waz
warwick = waz
wendy wendi = wen wend
wesley westley = wes
wilbert = bert will
wilbur = will willie wil
wilfred wilfrid = wilf will willie wil ~ fred
wilhelm = wil will willie
wilhelmina willemina = mina ~ willa billie wilma minnie
william = will bill billy willy willie wil ~ liam bil wim
willis = will willy
willow = will
wilson = will willie
winifred = winnie freddie ~ freda win
winston = win winnie
woodrow = woody
xanthe = xan
xavier zavier = xav zav
yasmin = mina
yolanda yolande = yoli ~ lana
yvette ivette
yvonne evonne = von vonnie vonna
zachary zachery zackary zachariah zechariah = zac zach zack zak zaccy
zander xander
zebedee = zeb
zebulon = zeb
zedekiah = zed
zinnia = zinny
zoe zoey zoie
`

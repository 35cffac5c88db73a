/** Names of the Celtic countries and of southern Europe, written as in `nicknamesAToF`; a line after a hash is a heading. */
export const nicknamesSouth = `
# Ireland, Scotland, Wales
aoife eefa ~ eva
aisling ashling aislinn ashlyn
caoimhe keeva kweeva
ciara keira kiera
cian kian keane
diarmuid dermot diarmaid ~ derry
eamonn eamon ~ edmund edward
eoghan owen eoin
fionnuala finola fionnghuala = nuala finn
fionn finn
gearoid ~ gerard gerald
grainne grania
iseult isolde
mairead maighread ~ margaret peig peigin
maire moira ~ mary
mairi ~ mary
meabh maeve medb
micheal ~ michael
niall neil neal
niamh neve nieve
odhran oran
orla orlagh orlaith
padraig padraic padhraic = paddy ~ patrick podge
patrick ~ padraig padraic
peadar ~ peter
roisin rosheen ~ rose rosie
ruaidhri ruairi rory
saoirse seersha
seamus shamus seumas = shay ~ james jim
sean shaun shawn ~ john
shay shea
sinead shinead ~ jane janet
siobhan shevaun chevonne shavon ~ joan
sile sheila
sorcha ~ sarah
tadhg tighe teague ~ tim
una oonagh oona
brighid brid bridget ~ bridie
catriona caitriona = cait triona ~ catherine
caitlin ~ kathleen catherine
euan ewan ewen eoghan
fearghus fergus
iain ian ~ john
eilidh ayley ~ helen
mhairi = vari ~ mary
morag = mo
rhona rona
isla ila
alasdair alistair ~ alexander
hamish ~ james
rhys reece
ieuan ifan ~ evan
dafydd = dai ~ david
gwilym ~ william
sian ~ jane
# Greece
alexandros alexander = alex alekos ~ aleko
alexandra ~ aleka
anastasios = tasos tasso tassos ~ stan
anastasia = tasia tasoula ~ natasha
andreas = andy ~ andrew
angelos angelo aggelos evangelos
angeliki aggeliki = angie kiki ~ angela
antonios antonis = tony ~ anthony
apostolos = toli paul ~ tolis
aristotelis aristides = ari telis
athanasios athanassios = thanasis tom thanos nasos ~ arthur
athanasia = nasia soula
christos hristos = chris
chrysoula chrisoula = chrissie soula ~ chris
demetrios dimitrios demetrius = dimitris jim dimitri jimmy mitsos ~ james
dimitra demetra = dimi mimi toula ~ demi
dionysios dionysis dionisios = dennis ~ denis
eleni eleny = helen ellen lena ~ elena
eleftherios eleutherios = terry lefteris
emmanouil emmanuel = manoli manolis manny mike
evangelos = angelo vangelis vageli ~ angelos evan
evangelia = angie litsa lia ~ evelyn
fotios = photis frank ~ fotis
fotini = fay toni ~ effie
georgios giorgos yiorgos = george ~ yorgo
georgia ~ gina
gerasimos = jerry gerry makis
haralambos charalambos haralampos = harry bobby babis ~ haris
haris harris ~ harry
ioannis yiannis giannis yannis ioannes = john jonny ~ yanni
ioanna yianna = joanna jo ~ joanne
irini eirini = irene rena
kalliope kaliope = poppy kelly ~ popi
konstantinos constantinos kostantinos = con kosta costa kostas costas dean gus dino
konstantina constantina = dina tina connie ~ nadia
kyriakos = charlie ken kyri
kyriaki = kiki koula
leonidas = leo leon
loukas ~ luke
maria = maro marika
michail michalis mihalis mihail = michael mike
nikolaos nicolaos nikolas = nick nico nik nikos
panagiotis panayiotis panagiotes = peter panos pana takis ~ pat
panagiota panayiota = toula yiota pat ~ betty penny
paraskevi = vicky voula evi ~ vivi
paraskevas = paris
pantelis pantelios = peter ~ leo
petros = peter ~ pete
polychronis = paul
sotirios = sam soteri sotiris ~ steve
sotiria = soula roula
spyridon spiridon = spiro spyros spiros ~ spyro
stamatis stamatios = steve stam
stavros = steve ~ stan
stavroula = voula stella ~ stav
stefanos stephanos = steve ~ stephen steven
stylianos stelianos = stelios steve stan
styliani = stella ~ lina
theodoros theodore = theo ted thodoris
theodora = dora
thomas ~ thomai
vasilios vassilios basilios vasileios = bill vasilis vas basil william vasili vassili
vasiliki vassiliki = vicky vasso vicki ~ kiki
zoe zoi
# Italy and Malta
alessandro ~ alex sandro alexander ale
alessandra ~ alex sandra ale
alfonso = al fonzie
angelo = ange
antonino = nino tony ~ antonio
antonio antonino = tony toni nino ~ anthony
antonella ~ nella antonia
antonietta ~ toni etta
bartolomeo ~ bart
benedetto = ben benny
beniamino = ben
calogero = charlie carlo ~ carl
caterina ~ cathy catherine kate rina
carmelo = charlie mel carm
carmela ~ mel lina carm
concetta = connie tina ~ etta
cosimo = cos ~ sam
domenico = dom mick nick ~ dominic mimmo
domenica ~ nica dom
eduardo edoardo = ed eddie
elisabetta ~ elizabeth liz betta
emanuele ~ manny emanuel
enrico ~ rico henry
ercole ~ hercules
filippo ~ phil philip pippo
filomena = mena ~ phil
francesco = frank franco cesco ciccio ~ francis
francesca = fran frances chesca ~ frankie
gabriele = gabe ~ gabriel
gaetano = guy tano ~ tom
gennaro ~ jerry
giacomo = jack ~ james jim
gianluca gian_luca = luca gian
gioacchino = jack ~ joe
giorgio ~ george
giovanni = john johnny gianni gio vanni ~ jack nino
giovanna = joanna ~ jo joanne vanna
girolamo ~ jerry mimmo
giulia ~ julia julie
giuliano ~ julian
giuseppe guiseppe = joe joseph beppe pino peppe joey ~ pep
giuseppina guiseppina = josie josephine pina jo ~ pinuccia
grazia ~ grace graziella
guglielmo ~ bill william
ignazio ~ iggy
leonardo = leo ~ len leonard
lorenzo ~ laurie lorenz larry laurence
luca luka ~ luke
lucia = lucy
luigi = lou louis gino ~ gigi
marco ~ mark
maria_rosa mariarosa = maria rosa
mariagrazia maria_grazia = maria ~ grace
massimo massimiliano = max
matteo mattia = matt ~ matthew
michele = mick mike ~ michael
nicolo niccolo nicola = nick nic
nunzio ~ nunz
nunziata annunziata = nancy
paolo ~ paul
pasquale = pat pas ~ charlie lino
piero pietro = peter ~ pete
raffaele ~ ralph raf
renato ~ ren ray
riccardo ~ richard rick
rocco = roc rocky
rosaria ~ rosa rose sara
rosario ~ ross sario
salvatore ~ salvo sam turi
santo ~ sam
sebastiano ~ seb sam nello
stefano ~ steve stephen
stefania ~ stef stephanie
teresa ~ teresina
tommaso ~ tom tommy thomas
umberto ~ bert albert
vincenzo = vince vinnie ~ vincent enzo cenzo
vincenza ~ enza vince
vito ~ vic vitus
vittorio ~ vic victor
vittoria ~ vicky victoria
# Spain, Portugal, Latin America
alejandro = alex ale jandro ~ alexander
alejandra = alex ale ~ sandra alexandra
alberto = beto al ~ albert
anabel ana_isabel
antonio = tono tony
beatriz beatrice = bea betty
carlos = charlie ~ charles carl
concepcion = concha conchita connie
consuelo = chelo connie
cristobal ~ chris tobal
diego ~ santiago
dolores = lola
eduardo = edu lalo eddie ed ~ edward
enrique henrique = quique kike henry ~ ric
ernesto = neto ernie ~ ernest
esperanza ~ hope espe
federico = fede fred
felipe philipe ~ phil philip
fernando = nando fer ferdie
fernanda = nanda fer
francisco = paco pancho frank fran cisco kiko chico ~ francis curro
gabriela = gabi gaby
gonzalo ~ gonza
graciela ~ grace chela
guadalupe = lupe lupita
guillermo = memo guille bill ~ william will
gregorio = goyo greg
ignacio = nacho iggy
isabel = isa chabela
javier xavier xabier = javi
jesus = chuy
joao john ~ jonny
joaquin ~ quim jack
joaquim ~ quim
jorge ~ george
jose = pepe ~ joe joseph
jose_luis joseluis = jose pepe ~ luis
jose_maria josemaria = jose chema
jose_manuel = jose ~ manuel
josefina = pepa josie ~ fina
juan ~ john johnny juancho
juan_carlos juancarlos = juan ~ carlos juanca
juan_manuel = juan
lourdes ~ lulu
luis luiz = lucho ~ louis lou
manuel = manolo manny manu
manuela ~ manu manola
margarida ~ guida
margarita ~ rita marga
maria_jose = maria
maria_del_carmen maria_carmen = carmen maria
maria_teresa = maria teresa maite
maria_luisa = maria luisa marisa
maria_isabel = maria isabel maribel marisa
maribel ~ isabel
mercedes = merche
miguel ~ michael mike mick
miguel_angel = miguel
monica = moni
montserrat = montse
nicolas = nico
pablo ~ paul
patricio ~ pat patrick
pedro ~ peter
pilar ~ pili
rafael = rafa
ramon ~ ray monchi
raul ~ ralph
ricardo = rick richie rico ~ richard
roberto = beto rob bob berto ~ robert
rodrigo ~ rod rodri
rosario = charo
salvador = chava
santiago = santi chago ~ james
sebastiao sebastian
sergio ~ serge
susana ~ susan susie
teresa = tere teresita
tomas ~ tom
vicente ~ vince chente vincent
yesenia jesenia
`

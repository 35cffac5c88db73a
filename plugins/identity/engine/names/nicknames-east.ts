/** Names of eastern, central and northern Europe and of France, written as in `nicknamesAToF`; a line after a hash is a heading. */
export const nicknamesEast = `
# Poland, Czechia, the Balkans, Russia, Ukraine
agnieszka = aga ~ agnes
aleksandr alexandr oleksandr aleksander alexander = sasha alex sacha sash aleks oleks ~ sanya
aleksandra alexandra oleksandra = sasha ola alex ~ aleks
aleksei alexei alexey aleksey oleksii oleksiy = alex alyosha lyosha
anastasia anastasiya anastasija = nastya ana asya ~ stacy
andrei andrey andrej andriy andrii ~ andrew andy
andrzej = andy ~ andrew
antoni antonin = tony tonda
bartosz bartlomiej = bart bartek
bogdan bohdan
boguslaw = bogdan bob
boleslaw = bolek
bozena ~ bo
branislav = branko bane ~ ban
branko ~ brian
czeslaw ~ chester
dariusz darius = darek
daria darya = dasha
dejan deyan
dimitri dmitri dmitry dmitriy dmitrij dimitry dmytro = dima dimi mitya
dragan ~ drago
ekaterina yekaterina katerina kateryna = katya kate katia ~ catherine cathy
elena yelena olena jelena helena = lena ~ helen ellen
elzbieta = ela ~ elizabeth
evgeny evgeni yevgeny yevgeniy evgeniy eugene = zhenya ~ gene
evgenia yevgenia evgeniya = zhenya
ewa eva
franciszek ~ frank franek francis
galina halyna = galya
goran ~ gogi
grzegorz = greg ~ gregory
grigory grigori grigoriy hryhoriy = grisha ~ greg
ilya ilia illya
irina iryna = ira ~ irene
ivan = vanya ~ john ivo
ivana ~ iva joanna
jakub = kuba ~ jacob jake
jan = janek honza ~ john johan
janusz ~ john
jaroslav yaroslav jaroslaw = jarda jarek slava
jerzy ~ george jurek
jozef jozsef josip = joe joza joso ~ joseph
katarzyna = kasia kaska ~ catherine kate
kazimierz = kaz ~ casimir
konstantin = kostya
krystyna = krysia ~ christina kris
krzysztof = krzys chris ~ christopher kris
larisa larysa = lara
leonid = leo lenny lyonya
lubomir ljubomir = lubo ljubo
ludmila lyudmila liudmyla = luda lyuda mila
lukasz ~ luke lucas
maciej = maciek
magdalena = magda
malgorzata = gosia malgosia ~ margaret
maria mariya mariia = masha
marek ~ mark
mateusz ~ matthew matt mati
matej ~ matt mato
michal ~ michael misha
mikhail mykhailo = misha mike ~ michael
mikolaj ~ nick nicholas
milan ~ milo
milorad = milo mile
mirjana = mira
miroslav miroslaw = mirek miro ~ mike
miodrag ~ mike
mladen ~ mladjo
nadezhda nadiya nadia = nadya
natalia nataliya natalya natalja = natasha
nebojsa ~ nesha
nikola ~ nick niko nicholas
nikolai nikolay mykola = kolya nick ~ nicholas
oksana oxana = ksenia
olga olha = olya
pavel pawel = pasha ~ paul
petar = pero ~ peter
piotr pyotr petro ~ peter pete petya
predrag ~ pedja
radoslav radoslaw = rado radek
ryszard ~ richard rysiek
sergei sergey serhiy sergii serhii = serge seryozha
slavko slavomir ~ slavo
slobodan = slobo boban
snezana snezhana ~ sneza
stanislav stanislaw = stan stas staszek
stjepan stevan stefan ~ steve stipe stevo
svetlana svitlana = sveta lana
tadeusz = ted tadek ~ thaddeus
tatiana tatyana tetiana tetyana = tanya tania
tomasz tomislav = tom tomek tomo ~ tommy
vasily vasili vasyl = vasya ~ basil
vesna vessna
viktor = vitya ~ vic
viktoria viktoriya victoria = vika
vladimir volodymyr wladyslaw = vlad vova volodya vlado ~ wally
vladislav vladyslav = vlad slava
vyacheslav viacheslav = slava
wojciech = wojtek ~ adalbert
yuri yuriy yury jurij iurii
yulia yuliya julia iuliia ~ julie
zbigniew = zbyszek zbig
zdravko ~ zed
zeljko zelko
zoran = zoki ~ zok
zofia sofia sophia = zosia
laszlo = laci ~ les leslie
istvan = pista steve ~ stephen
gyorgy = gyuri ~ george
ferenc = feri ~ frank francis
janos = jani ~ john
erzsebet ~ elizabeth bozsi
katalin = kati ~ catherine kate
zsuzsanna = zsuzsa ~ susan suzanna
# Germany, Austria, the Netherlands, Scandinavia
andreas = andi andy ~ andrew
annika anika
bjorn bjoern
christoph kristof = chris ~ christopher
dieter ~ dietrich
elisabeth = elsbeth lisbeth ~ lisa liesl sissi
elke ~ adelheid
ernst ~ ernie ernest
franz ~ frank francis franzi
franziska = franzi ~ fran
friedrich = fritz fred ~ fredi
gerhard gerd = gerry ~ gert
giesela gisela ~ gigi
gunter gunther guenter guenther
hans johannes johann = hansi ~ john
hans_peter hanspeter = hans
hans_jurgen hansjurgen = hans ~ jurgen
heinrich = heinz heiner ~ henry
hendrik hendrikus = henk henry rik ~ harry
ilse elsa
jens jans
joachim = achim jo jochen
johanna = hanna
johannes = joh hannes jan joop ~ john
jorg joerg
jurgen juergen ~ georg
karl carl ~ charles kalle
karl_heinz karlheinz = karl heinz
katharina katarina = kathi kat kate ~ katja
klaus claus ~ nikolaus
lars laurits
liesbeth elisabeth = liz
lutz ludwig ~ lou
margarethe margarete = grete greta ~ margret
matthias mathias = matze hias matt
mats mathias
michael = michi michel
nikolaus niklaus = klaus niko ~ nick
peter ~ piet
reinhard ~ reini
rudiger ruediger
sebastian = basti bastian
siegfried = sigi siggi ~ fred
stefan stephan ~ steff
susanne = susi sanne
sven swen
theodor = theo
ulrich = uli ulli
ulrike = uli ulli
ursula = uschi ulla
uwe uve
werner ~ wern
wilhelm = willi willy ~ william bill helmut
wolfgang = wolf wolfi
adriaan adrianus = adri ad ~ adrian
antonius = ton anton toon tony ~ anthony
bartholomeus = bart
cornelis cornelius = kees cor ~ con neil
cornelia = corrie nel ~ cor
dirk ~ derek
franciscus = frans frank
gerardus = gerard gerrit ger ~ gerry
gerrit = gerry ger
hubertus = bert huub hub
jacobus = jaap jaco koos ~ jack jacob jim
jan ~ john
johanna = jo annie joke ~ hanna
laurens laurentius = lau ~ laurie lawrence
leendert = len leen ~ leo
maarten ~ martin
maria = mieke ria marijke rietje ~ miep
marinus = rien rinus
martinus = tinus martin tiny
matthijs mathijs = thijs ~ matt ties
nicolaas = nico klaas ~ nick
petrus = piet peter pieter
pieter = piet pete ~ peter
theodorus = theo dirk
wilhelmina = willy mina ~ wil mien
wilhelmus = wim willem will ~ bill
willem = wim will bill ~ william
anders ~ andrew andy
birgitta birgit = gitte ~ brigitte
erik ~ rikard
fredrik = fred freddie ~ fredde
gustaf gustav ~ gusten
henrik ~ henry rik
jakob ~ jeppe
johan ~ john johnny
kristian ~ kris
lars = lasse
magnus ~ mans
margareta = greta ~ maggan
mikael ~ micke mike
nils niels ~ nick
olof olaf olav = olle ~ ole
oskar ~ oscar
per pehr = pelle ~ peter
soren soeren
# France
adele adelle
alain ~ alan
andre ~ andrew andy
anne_marie annemarie = anne ~ marie
bernadette ~ detta
dominique = dom
edouard ~ ed
emile emil
etienne ~ stephen steve stephane
fabien fabian = fab
francois = frank fran ~ francis
francoise = fran ~ frances
guillaume = guill ~ william will bill
guy gui
helene ~ helen
henri ~ henry
jacques ~ jack james jake
jean ~ john
jean_baptiste jeanbaptiste = jean jb
jean_claude jeanclaude = jean jc ~ claude
jean_francois = jean jf
jean_luc jeanluc = jean
jean_marc jeanmarc = jean marc
jean_michel jeanmichel = jean
jean_paul jeanpaul = jean jp
jean_philippe = jean
jean_pierre jeanpierre = jean jp pierre
laurent ~ laurie lawrence
luc ~ luke
madeleine = mado
marc ~ mark
marie_claire = marie
marie_france = marie
marie_helene = marie
marie_louise = marie
marie_therese = marie ~ therese
michel ~ michael mike
nathalie = nat
pascal ~ pascoe
philippe = phil ~ philip
pierre ~ peter pete
rene ~ ren
sebastien = seb
stephane = steph ~ stephen
theophile = theo
thierry ~ terry
yves ~ ives
`

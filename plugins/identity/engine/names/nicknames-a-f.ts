/**
 * Given names of English-speaking countries and what their bearers are called. A group a line: full names, after an equals sign
 * short forms, after a tilde forms that go with the full names only, not with one another. Lines say nothing together. An
 * underscore stands for a space.
 */
export const nicknamesAToF = `
aaron aron arron = ron ronnie az
abel = abe
abigail abbigail abigayle abbygail = abby abbie abbi abbey ab ~ gail
abraham abram = abe bram abie
adam = ad addy
adelaide = addie addy ada ~ adele heidi della
adeline adelina adaline = addie addy ada ~ lina
adrian adrien = ade
adrienne adriana adrianna adrianne = addie adri
agatha = aggie aggy
agnes = aggie ness nessie aggy ~ nessa
aidan aiden ayden aden
aileen eileen ilene eilene
ainsley ainslie aynsley
alan allan allen alun = al
alana alanna allana = lana lanie al
alastair alistair alasdair alister alisdair allister = al ali aly alec
albert = al albie ~ bert bertie
alberta = bertie berta allie
alec aleck alek
alexander alexandre aleksander alexandar alexsander = alex al alec alek alick lex xander zander ~ sandy sander sasha ally
alexandra alexandria aleksandra = alex alexa lexi lexie lexy ~ sandra sandy sasha ally allie alix andra xandra lexa
alexis alexus = alex lex lexi lexie lexy
alfred = alf alfie al ~ fred freddie freddy
algernon = algy algie
alice alys alyce = allie ally ali
alicia alisha alecia alesha alycia = ali allie ~ lisha
alison allison alyson allyson alisson = ali allie ally alli al
alistair ~ al
allegra = allie
alphonse alfonso alphonso = al alf fonzie
althea = thea ally
alvin alvyn = al
alyssa alissa allyssa elyssa = ali lyss aly lissa
amanda = mandy mandi manda mandie ~ amy
amber = am amby
ambrose = brose
amelia emelia amalia emilia = millie milly mels ~ amy mia mel ames
amos = ame
amy aimee amie aimie
anastasia anastacia = stacey stacy tasia stasia ~ ana anna annie tasha
andrea andria = andie andi andy ange
andrew = andy drew andi
angela = angie ange angel
angelica angelique anjelica = angie ange angel ~ jelly
angelina = angie ange ~ lina angel
angus aonghus = gus
ann anne anna ana annah = annie ~ nan nancy
annabelle annabel anabel anabelle annabella ~ anna belle bella annie bel
anne ann annie
anneliese annelise = anne lise
annette anette = annie nettie netta ~ anne ann
annmarie anne_marie ann_marie annemarie anna_marie annamarie anna_maria ~ ann anne annie anna
anthea = thea
anthony antony anthoney = tony ant toni anto ~ antonio
antoinette antonette = toni netta nettie ~ ann tony
antonia = toni tonia ~ annie tony
antonio = ant
arabella = bella belle ~ ara
archer = archie
archibald = archie arch baldie
arlene arleen arline = lena
arnold = arnie
arthur = art artie arty
ashley ashleigh ashlee ashlie ashly ashlea = ash
ashok = ash
ashton = ash
aubrey aubree = aub
audrey audra = aud
augustus august augustine augustin = gus augie gussie
aurelia = rilla
aurora = rory
ava = avie
bailey bayley bailee baylee
barbara barbra = barb babs barbie bobbie babette barbs barby bab
barnaby barnabas = barney barn
barry barrie = baz bazza
bartholomew = bart
basil = baz bas
beatrice beatrix = bea trixie bee trix bebe ~ beattie
belinda = bel bell ~ linda lindy billie bindy
benedict = ben bennie benny
benjamin benjaman benjiman = ben benny benji bennie benjy
bernadette bernardette = bernie ~ detta bern
bernard barnard bernhard = bernie barney bern berney
bernice berenice = bernie
bertha = bertie bert birdie
bertram = bert bertie
bethany bethanie = beth bethy
beverley beverly beverlee = bev
bonita = bonnie nita
bonnie bonny
bradford = brad
bradley bradly bradleigh = brad
brady = brade
brandon branden brandan = brand bran
brenda = bren
brendan brendon brenden = bren
brent brenton = brenno
brett bret
brian bryan brien bryon = bri
briana brianna breanna breanne brianne breana bryanna = bree bri ~ anna
bridget bridgette bridgit brigid brigitte bridie brigit = biddy bridgie biddie ~ britta
britney brittany britany brittney brittani brittanie = brit britt
brodie brody
bronte bronty = bron
bronwyn bronwen = bron bronnie
bryce brice
bryn brynn
bryony briony
byron = by
caitlin kaitlin kaitlyn katelyn caitlyn kaitlynn katelynn caitlan katelin catelyn = cait kait caity ~ kate katie kat cat
caleb = cal cale
callum calum kallum = cal
calvin kalvin = cal vin
cameron camron kameron camryn = cam
camilla camille kamilla = cam cammie cami ~ millie milly
candice candace kandice candis = candy candi
carissa ~ rissa carrie
carl karl
carla karla = carlie
carly carley carlie carlee karly karlie karley carli
carmel carmela carmella carmelina carmen ~ mel millie
carol carole caryl karol carroll = caz ~ carrie
caroline carolyn carolyne carolynne carolin karolyn = carrie caro caz ~ carol lyn lynne caddie carly
carson = cars
casey kasey kacey
cassandra kassandra = cass cassie ~ sandra sandy
cassidy = cass cassie
catherine katherine kathryn katharine cathryn kathrine catharine kathrin catheryn katheryn = kate katie cathy kathy cath kath kat kathie cate katy katey kathi cathie kittie ~ kit kitty kay kaye cat trina lena cassie
cecil = cec ces
cecilia cecelia cecily cicely = cec ceci ~ celia cissy sissy
cedric = ced ~ rick
celeste = cel
charlene sharlene charleen = char ~ charlie shar
charles = charlie chuck chas charley chaz chip chad charly
charlotte charlott sharlotte = charlie lottie char charley charli lotty lotta ~ lotte
chelsea chelsey chelsie = chels
cheryl sheryl cheryll sherryl = cher chez ~ cherie sherry
chester = chet
cheyenne = chey
chloe khloe cloe = chlo clo
christian cristian kristian christiaan = chris kris
christina christine kristina kristine cristina christene = chris chrissy tina chrissie christy kris christie kristy krissy kristie crissy crissie ~ kirsty teena christa
christopher kristopher kristofer christofer cristopher = chris topher kris chrissy ~ kit christo
christy christie kristy kristie cristy christi kristi
claire clare clair
clara = clare clarrie
clarence = clarrie clare
clarissa clarice = rissa ~ clare claire
claudia = claudie
clayton = clay
clement = clem
clementine clementina = clem clemmie clemmy ~ tina
clifford = cliff clif
clifton = cliff clif
clinton = clint
cody kody codey codie
colette ~ lettie
colin collin = col
colleen coleen = col
connor conor konnor conner = con
conrad konrad = con
constance = connie ~ con
constantine konstantine = con costa gus dean
cordelia = delia dell ~ cordy
corey cory korey kory
corinne = cora corrie
cornelia = nelia neely cornie nelly
cornelius = con neil corny
cosette ~ etta
courtney courtenay kourtney = court
crystal krystal kristal chrystal krystle = crys krys
curtis kurtis = curt kurt
cynthia = cindy cyndi cindi
cyril = cy
cyrus = cy
dakota = koda
dallas = dal
dalton = dal
damian damien damion = damo
daniel danial danyel = dan danny dani dannie
danielle daniella daniela danyelle danelle = dani danni dan danny ~ ella
daphne = daph daphie
darcy darcey darcie
darren darrin daren darryn darron daryn = daz dazza
darryl darrel daryl darrell darryll = daz
david dayvid = dave davey davy davie dai
dawn dawne
dean deane
deanne deanna deeanne = dee dea
deborah debra debora debrah = deb debbie debby debi debbi debs
declan deklan = dec
deirdre deidre dierdre deidra = dee
delia = dee
delilah = lila lil della
delores dolores deloris = lola dolly ~ dee
delphina = del
delphine = delphi del
denise denice denyse = den dee
dennis denis denys = den denny
derek derrick derick derik deryck = del
desmond = des dez
diana diane dianne dyan dianna dyanne = di
dominic dominick dominik = dom nick nic domenic
dominique = dom ~ nikki nic
donald donal = don donnie donny
donna = don
donnie donny
donovan = don donnie donny van
doreen dorene dorine
dorothy dorothea dorothee = dot dottie dotty dolly ~ dora thea dory
douglas douglass = doug dougie duggie dougy
drusilla = cilla silla dru
duncan = dunc
dustin = dusty
dwayne duane dwain
dylan dillon dilan
earl earle
ebenezer = eben eb
ebony = eb
edgar = ed eddie ned eddy
edith edythe = edie edy
edmund edmond = ed eddie ned ted teddy eddy
edna = eddie
edward eduard = ed eddie ted ned teddy eddy
edwin = ed eddie ned eddy win
edwina ~ winnie eddie edie
elaine elayne alaine = lainey laine lanie lainie ~ ellie
eleanor elinor eleanore elenor ellanor eleanora = ellie nell ella nellie nelly el lennie lenora ~ nora elle ellen lenore norah leonora elena
elias = eli
elijah eliah = eli
elise elyse = ellie ~ lise
elizabeth elisabeth elizebeth elisabet = liz lizzie beth betty betsy eliza libby bess bessie liza lizzy bette libbie lib lizzi lizbeth ~ lisa elsie elise ellie ella elspeth lisbeth lilibet bettina bet lise buffy elsa eilish
ella elle = ellie el
ellen elin elyn = ellie ~ nell nellie helen
ellery = el
elliot eliot elliott eliott = el ellie
elodie = ellie
elsa elsie else
emerson = em
emily emilie emilee emely = em emmy ems emmie ~ millie milly
emma = em emmy emmie ems
emmanuel emanuel immanuel = manny manuel
emmeline emmaline = em emmy
ephraim = eph
eric erik erich ~ rick ricky rik
erica erika ericka = ricki rikki ~ rica
ernest earnest = ernie ern
ernestine = ernie ~ tina
esmeralda esmerelda = esme
estelle = essie stella
esther ester hester = essie hetty
ethan ethen
eugene = gene
eugenia eugenie = genie gena ~ gina
eva eve = evie
evan = ev
evangeline evangelina = evie ~ eva eve angie
evelyn eveline evelyne evelin = evie ev ~ eve eva lyn
everett = ev rhett
ezekiel = zeke ez
faith = fay fae
fay faye fae
felicia = lissy flick fel feli ~ fee
felicity = flick fliss flic lissy
ferdinand = ferdie ferdy ~ fred freddie
fergus = ferg gus
finlay finley = fin finn
finnegan = finn
fiona = fi fee
fletcher = fletch
florence = flo florrie flossie flossy ~ flora floss
frances = fran frannie franny francie fanny frankie franky ~ francine cissie
francine = fran francie frannie frankie
francis = frank frankie fran franky
francisco = frankie
frank = frankie franky
franklin franklyn = frank frankie franky
fraser frazer
freda frieda frida
frederica frederika fredericka = freddie fred ricki freddy fritzi ~ freda
frederick fredrick frederic fredric fredrik frederik = fred freddie freddy ~ rick fritz
freya freja
`

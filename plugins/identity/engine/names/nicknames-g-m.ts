/** Names of English-speaking countries, G to M, written as in `nicknamesAToF`. */
export const nicknamesGToM = `
gabriel = gabe gab gabby
gabrielle gabriella gabriela gabriele = gabby gabbie gab gaby gabi ~ brie ella elle
gareth garith ~ gaz gary
garfield = gar
garrett garret ~ gary
gary garry garey = gaz gazza
gavin gavan = gav
gayle gail gale
gaylene = gay gail gayle
genevieve = gen vieve genny ~ jenny ginny viv eve jen
geoffrey jeffrey jeffery geoffery jefferey = geoff jeff geof
george = georgie
georgia jorja = georgie ~ georg
georgina georgiana georgianna = georgie ~ gina george georgia
gerald jerald = gerry jerry ged
geraldine = gerry gerri jerry geri gerrie deena dina
gerard gerrard gerhard = gerry gerrie ged jerry
gertrude = gertie trudy gert trudie
gilbert = gil ~ bert
giles gyles
gillian jillian gilian = gill jill jilly gilly
glen glenn glyn
glenda = glen
glenys glenice glennis
gloria = glo glory
gordon = gord gordie gordy
grace = gracie
graeme graham grahame gram = gra
granville = gran
grayson greyson = gray
gregory gregor = greg gregg greggy
gretchen = greta
griffin = griff
gulliver = gully
gus guss
gustave gustav = gus
gwendolyn gwendoline gwendolen = gwen gwennie ~ wendy lyn
gwyneth gwenyth gweneth = gwen
hadley hadleigh
hamish seamus
hannah hanna = han
harley = harls
harmony = harm
harold harald = harry hal haz
harper = harp
harriet harriett harriette = hattie hetty harri hettie harry ~ hat
harrison = harry harri
harry = haz hazza harri
harvey = harv
hayden haydn
hayley haley hailey haylee hayleigh hailee = hayls
hazel hazell = haze
heather = heath
hector = heck
helen helene helena hellen = nell nellie nelly lena len ~ ellie elena ellen nel ella nelle
heloise eloise
henrietta = hettie etta hetty ~ harriet retta hennie hank
henry henri = harry hank ~ hal
herbert = herb bert herbie ~ bertie
hermes = herm
hermione = hermie
hilary hillary = hil
honora = honey norrie
horatio horace = horry
hortense = tensie
howard = howie hal
hubert = bert hugh hubie
hudson = huddy
hugh hugo huw = hughie
humphrey = humph
ian iain eion
ignatia = iggy
ignatius = iggy nate
imogen imogene emogen = immy immie im gen
india = indy indi indie
ingrid = inga
iona = ona
irene irena = rene renie
irving irvine = irv
isaac izaac issac isaak izac = ike zac zack zak
isabel isabelle isobel isabella isobelle isabell izabella isobella izabel ishbel = bella izzy belle issy izzie issie ~ ella isa bel ibby bell tibbie ib
isadora isidora = izzy ~ dora
isaiah = izzy ike zay
ivy ivie
jacinta jacintha jacynta = cinta jac jacie
jack = jacky jackie jacko
jackson jaxon jaxson = jack jax
jacob jakob = jake jay cob ~ jack
jacqueline jacquelyn jaqueline jacquelin jacquline jaclyn jacklyn = jackie jacqui jacky jacquie jaq jax jacki ~ lyn
jade jayde jaide
james = jim jimmy jamie jimmie jem jas jamey jay jimbo
jamie jaime jayme jaimie jaimee
jane jayne = janey janie ~ jenny
janelle jannelle = jan ~ nell
janet jannet janette jeanette jannette = jan ~ jen jenny netty nettie
janice janis janise = jan ~ jen
jared jarrod jarred jarod jarryd jarad jerrod
jarvis = jarv
jaslyn jazlyn
jasmine jasmin jazmin yasmin jazmine yasmine yasmeen = jas jaz jazz jazzy yas ~ min
jason jayson = jase jay jace
jasper = jas
jayden jaden jaiden jaydon = jay
jean jeanne = jeanie jeannie
jeanette jeannette jenette = jean jeanie ~ jenny nettie netta
jedidiah jedediah = jed
jefferson = jeff
jemima jemimah = jem jemma mima
jemma gemma = jem gem
jennifer jenifer jenniffer = jen jenny jenn jenni jennie jeni ~ jenna jinny
jeremiah = jerry jem jez
jeremy jeremey = jem jerry jez jezza
jermaine germaine
jerome = jerry
jesse jessie jessey = jess
jessica jesica jessika = jess jessie jessi
jett jet
jill gill = jilly
jilly jillie
joan = joanie jo joni
joanna joanne johanna joann johanne jo_anne jo_ann jo_anna = jo jojo ~ joey joan joanie anna anne jody
jocelyn jocelyne joslyn joselyn = joss jo ~ lyn
jody jodie jodi = jo
john jon = jack johnny jonny johnnie jackie jonnie jock ~ jono ian
jon = jonnie
jonathan jonathon johnathan johnathon = jon jono jonny jonno jonnie ~ john johnny nathan nat
jordan jordon jordyn jorden = jord jordy
joseph josef = joe joey jo jos
josephine josephina josephin = jo josie joey josey fina fifi ~ posy josi jojo
joshua = josh
josiah = jos joe
josie josey
joyce = joy
juanita = nita
judith judyth = judy jude judi judie
julia juliah = jules ~ julie
julian julien = jules jule
juliana julianna julianne julieann julie_anne julie_ann = jules ~ julie anna
julie juli = jules
juliet juliette julieta = jules ~ julie
justin justyn = just juz
justine justina ~ tina jus
kaitlin = caity
kane kain kayne cain
karen karyn caryn karin caren karan carin = kaz
karina carina ~ rina kaz
katelyn = kay katie
kathleen cathleen kathlene = kath kathy cathy kathi cath ~ kate katie kat kitty kay
katrina catriona katriona katrine catrina = trina kat ~ kate katie cath kath riona tina
kaye kay
kayla kaila
kaylee kayleigh kaylie = kay
kelly kelley kellie kelli = kel
kelsey kelsie = kels
kelvin = kel ~ kev
kendall = ken
kendrick = ken kenny
kenneth kennith = ken kenny ~ kenn
kent = ken kenny
kerry kerri kerrie keri = kez
kerryn kerrin = kez ~ kerry
kevin kevyn kevan = kev
kieran kieren kieron kyran ciaran keiran
kim kym = kimmy
kimberly kimberley kimberlee = kim kimmy kimmie kym
kingsley = king
kirra kira
kirsty kirstie kirsti
kobe koby coby
kristin kristen kirsten kristyn kirstin kristan = kris krissy kristy kirsty kirstie ~ chris
kurt curt
kylie kiley kylee
kyra kira keira kiera
lachie lachy
lachlan lachlann locklan = lachie lock lachy lockie
lamont = monty
larissa larisa = rissa ~ lara
laura lora = laurie lolly
laurel = laurie
lauren laurin lauryn loren laurene = laurie loz
laurence lawrence lawrance = larry laurie lawrie loz ~ loren
lavinia = vinnie vina ina
lawrence = lon lonnie lorry
leah lea leia
leanne leeanne leann lee_anne lee_ann lianne leanna leeann leigh_anne leighanne = lee leigh
lee leigh
leila leyla layla laila
lenore = nora
leonard lennard leonhard = len lenny lennie ~ leo leon
leonidas = leon leo
leonie leone = lee leo
leopold = leo
leroy = lee
leslie lesley lesly leslee = les lez
lester = les
leticia letitia = letty
letitia = tish letty lettie titia
lewis louis = lou lew louie
liana leanna lianna
lillian lilian lilyan lillyan = lily lil lilly lilli
lily lilly lillie = lil
lincoln = linc link
linda lynda = lin lindy lyn lynn
lindsay lindsey lyndsay lynsey linsey lyndsey = lin linds
linette lynette lynnette = lyn lynn lin nettie
loretta lorretta = lorrie ~ etta retta lori
lorraine loraine = lorrie rainey raine lori
louisa luisa = lou lulu ~ louie lula eliza
louise = lou lulu louie lu ~ lula lulie
lucas lukas luke
lucille lucile = lu ~ lucy lucie
lucinda = lu cindy lou ~ lucy lucie
lucy lucie luci = lu lulu luce
luther = lute
lydia lidia = lyd lyddie
lynden lyndon = lyn
lyndon = lindy
lynn lyn lynne = lin
mabel mable amabel = may
mackenzie mckenzie makenzie = mac kenzie mack
madeleine madeline madelyn madalyn madelaine madilyn = maddie maddy mads maddi ~ lena madge
madison maddison madisyn = maddie maddy mads maddi
magdalena magdalene magdalen = magda ~ lena maggie maddie
malachi malachy = mal
malcolm malcom = mal malc mac
marcel = marc
marcella = marcie marcy
marcia marsha = marcie marcy
marco = marc
marcus markus = marc mark
margaret margret marguerite margarita margareta = maggie peggy meg margie marg peg marge maggy mags magsie midge margy peggie ~ greta rita margot margo megan madge daisy gretel maisie mamie gretchen meggie margery
margot margo margaux
maria mariah ~ mary mia ria
marian marion marianne maryanne mary_ann mary_anne maryann marianna ~ mary maz anne ann
marie maree ~ mary
marietta ~ etta mary maria
marilyn marilynn marylin marylyn = maz ~ mary lyn
marina ~ mina rina
marissa marisa = rissa
marjorie margery marjory margorie = marj marge margie margy ~ madge
mark marc
marlene marlena marleen = marl ~ leni lena
marnie marni marney
marshall marshal = marsh
martha = marty mattie mat ~ patty
martin martyn = marty mart
martina martine = marty ~ tina
marvin marvyn = marv
mary = molly mae ~ polly may mamie mimi moll maisie minnie marie maria
matilda mathilda mathilde = tilly tilda matty ~ mattie maddie maud
matthew mathew mathieu matthieu = matt matty mat
matthias mathias = matt matty
maud maude
maureen maurene = mo
maurice morris moris = maury mo morrie morey
maximilian maximillian = max maxie
maximus = max
maxine = max maxie
maxwell = max maxie
maya mya maia
mckenna = kenna
megan meaghan meghan meagan meghann = meg meggie megs
melanie melany mellanie = mel mels mellie
melinda malinda = mel ~ mindy linda lindy
melissa melisa mellissa = mel missy lissa mels lissy
melody melodie = mel
melvin melvyn = mel
mercedes = mercy ~ sadie
meredith meridith = merry meri mez
mervyn mervin = merv
meryl merrill
mia miah
michael micheal mikael = mike mick mickey mikey micky mitch mickie mic
michaela mikaela mikayla michayla makayla mckayla = mick micky mickey mik ~ kayla
michelle michele mechelle = shell shelly mich shel mish shelley ~ chelle
mildred = millie milly mil
miles myles = milo
millicent = millie milly mil missy
milton = milt
minerva = minnie
miranda ~ mira randi mandy
miriam mirriam = mim mimi mirry
mitchell mitchel = mitch
moira moyra
molly mollie
monica monika monique = mon moni monie
montgomery = monty
morris = morey
mortimer = mort morty
moses = moe mo mose
murray = muz muzza
myrtle = myrt myrtie mert
`

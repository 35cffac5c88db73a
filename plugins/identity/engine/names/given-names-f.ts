/** Given names that are nearly always a woman's, of many countries, folded. */
export const womensNames = `
aaliyah abigail ada adaeze adalyn addison adelaida adelaide adele adeline adriana adrienne agatha agnes agnieszka
aileen aimee aisha aishwarya aisling akinyi akosua alana alba aleena alejandra aleksandra alessa alessandra alessia
alexa alexandra alice alicia alina alison allegra allison alma alofa althea alyssa ama amahle amalia amanda amani
amara amaya amber amelia amelie amina amira amma amrita amy ana anabel anahita anais ananya anastasia andreea anele
angela angelica angeliki angelina angie anita anjali anna annabel annabelle anne anneke annelies annette annie
annika anoushka anthea antoinette antonella antonia anushka anya aoife apollonia april arabella araceli aria
ariadne ariana arlene aroha arya asha ashlee ashleigh asma astrid athanasia athena atieno aubree audra audrey
aurelia aurora ava avril awhina ayaka ayanda ayesha ayse ayu azalea azra barbara bea beatrice beatrix beatriz bec
becky belinda bella bernadette bernice bertha beryl bess beth bethany betsy betty beverley beverly beyza bhavna
bianca bich blanca blanche bolanle bonita bonnie brenda briana brianna bridget bridie brigid brigitte briony
britney brittany bronagh bronte bronwyn brooke bryony bushra busisiwe caitlin calliope camila camilla camille
candice caoimhe cara carissa carla carlotta carly carmel carmela carmen carole carolina caroline carolyn carrie
caryn casandra cassandra cassidy cassie catalina caterina catherine cathy catriona cecilia cecily celeste celia
celine chantal chantelle charis charlene charlotte charmaine charvi chelsea cherie cheryl chiamaka chiara chinwe
chipo chiyo chloe christa christabel christina christine ciara cindy claire clara clare clarissa claudette claudia
claudine clementine clotilde coco colette colleen concetta connie constance consuelo cora coral coralie corazon
cordelia corinne cornelia cosima cressida cristina crystal cynthia dagmar dahlia daisy dalia dalisay daniela
danielle daphne darlene davina dawn deanna deanne debbie deborah debra deepa deepika deidre deirdre delia delilah
delphine denise desiree despina devika diana diane dianne diep dimitra dina dinah divina divya dolores donna dora
doreen doris dorothea dorothee dorothy dot dottie drusilla dulcie edith edna edwina effie eileen eilidh eimear
eirini elaine eleanor eleanora electra eleftheria elena eleni elfriede eliana elif elina elisa elisabeth elise
eliza elizabeth elke ella elle ellen ellie elly elodie eloise elsa elsie elspeth elvira elyse emelia emer emilia
emilie emily emine emma emmanuelle emmeline enid enya erica erika erin esi esme esmeralda esperanza esra estella
estelle esther ethel etta eugenia eugenie eulalia eunice eva evangelia evangeline eve evie ewa fabiana fabienne
faith farah farai farida faridah fatema fatima fatoumata fay faye felicia felicity fern fernanda fiadh fiona flavia
fleur flora florence folake fotini francesca francine francoise franziska freda frederica freya freyja frida frieda
funda funmilayo gabriela gabriella gabrielle gail galina gayle gaynor geeta gemma genevieve georgette georgia
georgiana georgie georgina geraldine germaine gertrude ghislaine gianna gillian gina ginger ginny giorgia giovanna
gisela giselle gita giulia giulietta giuseppina gladys glenda glenys gloria glynis goldie grace gracie graciela
grainne greer greta gretchen gretel gudrun guinevere gulcan gulsen gwen gwendolen gwendoline gwendolyn gwyneth
hadiza hafsa hailey hanako hanan hannah hannelore harmony harriet haruka hatice hatsue hattie hayley hazel heather
hedda hedwig heidi heike helen helena helene helga henrietta hephzibah hermione hettie hilda hilde hildegard hina
hinako hine hinewai holly homa honor honora hope hortense huda huong ida ifeoma ifunanya ilaria ileana ilisapeci
ilona ilse imelda imogen ina inaya indah india indiana indira ines inga ingeborg inger ingrid intan iolanda iole
iona ione irene irina iris irma isabel isabella isabelle isadora isha ishani isla isobel isolde ita ivana ivanka
ivy izabela jacinda jacinta jacki jacqueline jacquelyn jacqui jade jahanara jana jane janelle janet janette janice
janine jasmin jasmine jayne jeanette jeanine jeanne jelena jemima jemma jenna jenni jennie jennifer jenny jessica
jessika jiayi jill jillian jillianne joan joanna joanne jocasta jodie joelle johanna jolanta jolene jorja josefina
josephine josette josie joyce juanita judith judy julia juliana julianna julianne julie juliet juliette june juno
justine jutta jyoti kaede kahurangi kalinda kalpana kamala kamila kanika kaori karen karina karla karolina kartika
kasia katarina katarzyna kate katelyn katerina katharina katherine kathleen kathryn kathy katie katja katrina katya
kavita kay kaya kaye kayla kaylee keely keiko keira kellie kendra keola kerensa kerryn keryn khadija khloe kiera
kimberley kimberly kira kiri kirra kirsten kirstie kirsty kitty klara komal konstantina krista kristen kristin
kristina kristine krystal krystyna kylie kyoko kyra kyriaki lacey ladonna laila lakshmi laleh lan lana lani lara
larissa latifa latisha latoya laura laurel lavinia layla lea leah leanne leela leena leila leilani lena lenore
leona leonie leontine lerato lesley lestari leticia letitia lexi lia liana lianne libby lidia lieke liesl ligaya
lila lilac lili lilian liliana lilith lillian lilly lily lina linda linette lisa lisbeth lise liselotte litia livia
liz liza lizzie ljiljana loan lola lorelei loretta lorna lorraine losa lottie lotus louisa louise lourdes luana
lubna lucia luciana lucie lucilla lucille lucinda lucrezia lucy ludmila luisa luna lupita luz luzviminda lwazi
lydia lyn lynda lynette lynne lyra mabel madeleine madeline madelyn madhuri madison madonna maeve magda magdalena
maha mahalia mahsa mai maia mairead maisie maja makareta makere malak malgorzata malika mallory mamie manal mandy
manisha manon manuela marama marcela marcella marcia maree mareike margaret margarita margaux margery margherita
margie margit margo margot marguerite maria mariah mariam mariana marianna marianne maribel maricel marie mariella
marietta marigold marija marika marilyn marina mariona marisa marisol marissa marita marivic marjorie marla marlene
marnie marta martha martina mary maryam maryann maryanne masuma matilda maud maude maura maureen mavis maxine may
maya mayumi mckenna meagan meena meera megan meghan megumi mehwish mei meike meiling melanie melba mele melina
melinda melissa melody meltem mercedes mercy mereana merle merryn meryl mia michaela michelle michiko midori mieke
mila milagros mildred milena milica millicent millie mimi mina minako mindy minerva minnie mira miranda mirela
miriam misty mitsuko miyuki moana moira molly mona monica monika monique morag moreen morwenna mpho muriel mutiara
myfanwy myra myrna myrtle nadezhda nadia nadine nahla naima nalani naledi nana nancy nandi nandini nanette naoko
naomi narelle nasreen nasrin natalia natalie nataliya natasha nayla neda negar neha nell nella nellie nena neria
nerida nerys nessa neve nga ngaio ngaire ngozi nguyet nhung niamh nicole nicoletta nigella nikki niloufar nina
nirmala nisha nkechi noelene noeline noelle noemi nola nomsa nomvula nona nontle nora noreen noriko norma noura
nova nuala nur nuria nurul nyasha oanh octavia odette odile ofa ofelia olajumoke olena olga olive olivia oluwaseun
olympia oonagh opal ophelia oriana orla orlaith ornella ottilie ottoline padma page paige palesa paloma pamela
pandora pania paola parisa parvati parvin patience patrice patricia patrizia patsy patty paula paulette paulina
pauline payal pearl peggy penelope penny perdita perpetua persephone petra petronella petunia philippa philomena
phoebe phuong phyllis pia pilar piper pippa polly pooja poppy portia pranali preeti prisca priscilla priya priyanka
prudence prue puja purnima putri queenie rabia rachael rachel rachelle rachida rada radha radhika raelene rafaela
ramona rana rangi rani rania raquel rashida rashmi ratna raylene reba rebecca rebekah reem regan regina reiko reine
rekha rena renata renate renee reyhan reyna rhea rhiannon rhoda rhona rhonda rianna rina rita ritu riva roberta
robyn rochelle roisin romola rona rosa rosalba rosalia rosalie rosalind rosalinda rosaline rosalyn rosamund rosanna
rosaria rose roseanne rosemarie rosemary rosetta rosie rosina roslyn rowena roxana roxanne roya rubina rudo
rukhsana rukmini rupa ruqayya rutendo ruth ruvimbo sabina sabrina sachiko sadaf sadia sadie saffron safiya sahar
sakina sakura salanieta sally salma salome saloni salote samantha samar samina samira samiya sana sanaa sandra
sangeeta saniya sanja sanjana saoirse sapphire sara sarah sarai sari sarita saskia satoko savannah sayuri scarlett
sefina selena selina selma seraphina serena sevgi shabana shabnam shaila shakira shanaya shanelle shaniqua shanti
shari sharlene sharmila sharon sharyn shauna shaunagh shazia sheela sheena sheila shelagh shelley sheree sherrie
sherry sheryl shilpa shiori shirin shirley shivani shobha shona shreya shweta sian sibyl sidra siena sienna sigrid
silvana silvia simona sinalei sinead siobhan sipiwe sita siti skye smita sneha snezana sobia sofia solange soledad
sonali sondra sonia sonja sophia sophie soraya stacey stacie stefania steffi stella stephanie storm sue sujata
sumaiya sumaya summer sunita sunniva susan susanna susannah susanne sushila suzanna suzanne suzette svetlana swati
swetha sybil sylvia sylvie tabitha tahira tahlia takako talia tallulah tamar tamara tameka tammy tamsin tania tanja
tanvi tanya tara taryn tasha tatiana tautala temitope teresa teresita tess tessa thalia thandeka thandi thandiwe
thea thelma theodora theresa therese thi thuy tia tiana tiare tiffany tilda tilly timea tina titilayo tomoko topaz
tori tova tracey trang tricia trina trinh trinity trish trisha trixie trudy tsitsi tuba tui tulay tuyet ulla ulrike
uma una ursula urvashi uschi uta uzma vaishali vaishnavi valentina valeria valerie valmai vanda vanessa varsha
vasiliki veena vendula venus vera verity verna veronica veronika veronique vesna vibha vicki vickie vicky victoria
vidya viktoria vilma vimala viola violet violeta violetta virginia vita vittoria viviana vivien vivienne wafa
wairimu waltraud wanda wanjiru wendy wilhelmina wilma winifred winnie winona wulan xanthe xenia xiaomei ximena
xiomara xiulan xiuying yael yana yara yasmin yasmine yelena yeliz yesenia yewande ylva yoko yolanda yolande yoshiko
youmna yuka yukiko yuko yuliya yumi yumiko yun yvette yvonne zahra zainab zanele zara zaria zdenka zeenat zehra
zeinab zelda zena zenobia zeynep zodwa zoe zofia zohra zora zsofia zubaida zuleika zuzana
`

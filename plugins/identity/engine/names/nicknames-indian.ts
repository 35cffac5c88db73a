/** Names of India and its neighbours, written as in `nicknamesAToF`; a line after a hash is a heading. */
export const nicknamesIndian = `
# India, Pakistan, Sri Lanka, Nepal
abhishek abhisek = abhi
abhinav = abhi
abhijit abhijeet = abhi
aditya adithya = adi
aishwarya ashwarya = aishu aish
akash aakash
akhil akil
akshay akshai ~ akki
amarjit amarjeet = amar
amit ameet
amandeep aman_deep = aman
anand anant
anil aneel
anita aneeta
anjali anjalee = anju
ankit ~ anki
anuradha anuratha = anu
anupama = anu
anushka = anu
arjun arjuna
arun ~ aru
arvind aravind arvinder
ashok asok
ashwin aswin = ash
avinash = avi
baljit baljeet = bal
balwinder balvinder = bal
bharat bharath
bhavesh = bhav
bhupinder bhupender bhupendra = bhupi
chandrasekhar chandrashekhar chandrasekar = chandra shekhar sekhar
charanjit charanjeet = charan
davinder devinder devender = dev
deepak dipak = deep
deepika dipika = deepu
deepti dipti
dharmendra dharmender = dharam
dhananjay dhananjaya
dinesh ~ dino
divya divyaa
gagandeep gagan_deep = gagan
ganesh ganesan
gaurav gourav
gautam gautham gowtham goutham
geeta gita geetha gitanjali
gopal gopalan
gurpreet gurprit = guri preet
gurmeet gurmit = gur
gurdeep gurdip = gur
gurvinder gurwinder = gur
hardeep hardip = har
hari harry
harish hareesh
harjit harjeet = har harj ~ harry
harjinder = har harj ~ harry
harmeet harmit = har
harpreet harprit = preet har harp ~ harry
harsh harsha
harshal = harsh
harshit harshith = harsh
harvinder harwinder = har
indira = indu
inderjit inderjeet indrajit = inder
jagdeep jagdip = jag
jagdish jagadish = jag
jagjit jagjeet = jag
jasmeet jasmit = jas
jaspreet jasprit = jas jassi preet
jaswinder jasvinder = jas jassi
jatinder jitender jitendra jatindra = jit jitu jeet
jaya jayashree
jayashree jayashri jayasri = jaya
jayesh = jay
jigar ~ jigs
jignesh = jig
jyoti jyothi jothi
kamaljit kamaljeet = kamal
kamalpreet = kamal
karthik kartik karthick ~ karti
kavita kavitha = kavi
kiran keeran
kirti keerthi keerti kirthi
krishna krishnan ~ krish kris
krishnamurthy krishnamoorthy krishnamurti = krishna murthy
kuldeep kuldip ~ kul
kulwinder kulvinder ~ kul
lakshmi laxmi lakshmy ~ lucky
lakshman laxman lakshmanan
lalit ~ lal
mahesh mahesha ~ mahi
mahendra mahinder mahender ~ mahi
mandeep mandip = mandy manu
maninder = mani
manish maneesh
manisha maneesha
manjit manjeet ~ man
manjinder ~ manj
manmeet manmit
manoj manojkumar ~ manu
manpreet manprit = mani preet manu
meena mina
meenakshi minakshi = meena
mohan mohanan
mukesh ~ mukku
muralidharan muralitharan = murali
nagarajan nagaraj nagaraja = raj
nandini = nandu
narayan narayanan narayana
narendra narinder narender = naren
navdeep navdip = nav
navjot = nav
navneet navnit = nav
neha nehaa
nikhil nikil = nik
nilesh neelesh = nil
nirmala = nimmi
nishant nishanth = nish
nitin nithin
niraj neeraj
padma padmini
pankaj ~ panks
parminder parvinder ~ param
parth partha
piyush peeyush
prabhakar = prabhu
prabhjot prabjot = prabh
pradeep pradip = deep
prakash ~ praky
pranav ~ pran
prasad prashad
prashant prashanth prasanth ~ prash
praveen pravin praween
preeti priti preethi preety
priya preeya
priyanka = priya pri
purushottam purushothaman
radhakrishnan radhakrishna = radha krish
radhika = radha
raghavendra = raghav raghu
raghunath = raghu
rahul raahul
raj ~ raja
rajagopal rajagopalan = raj raja
rajan rajen
rajendra rajinder rajender rajindra = raj raju
rajeev rajiv = raj
rajesh rajeesh = raj
rajkumar raj_kumar = raj
rajni rajani
rajnish rajneesh = raj
rajwinder rajvinder = raj
rakesh ~ rocky
rama ram
ramachandran ramachandra = ram rama
ramakrishnan ramakrishna = ram rama
raman ramanan
ramesh = ram
ramnik ~ ram
ranjit ranjeet ranjith = ran ~ jit
rashmi rasmi
ravi ravindra ravinder ravindran ravichandran
ravinder ravindra ravender = ravi
reena rina
reeta rita
rekha reka
rohit rohith = ro
ruchi ruchika
rupinder rupender = rupi
sachin ~ sach
sandeep sandip = sandy sunny
sangeeta sangita sangeetha ~ geeta sangi
sanjay sanjai = sanj
sanjeev sanjiv = sanj sanju
santosh santhosh
sarabjit sarabjeet = sarab
sathish satish sateesh
satinder satvinder = satti
satyanarayana = satya
saurabh sourabh sourav saurav
senthil senthilkumar ~ sen
shankar sankar
sharmila = sharmi
sheela shila
shilpa silpa
shiva siva shivakumar
shivani ~ shiv
shweta swetha sweta shwetha
shreya sreya
siddharth siddhartha sidharth = sid siddhu
simran simranjit simranjeet simranpreet
simarjit simarjeet = sim
sneha snehal
sonali = sonal ~ sona
srinivas srinivasan sreenivas = sri srini vas
sridhar shridhar sreedhar = sri
srikanth shrikant srikant = sri
subramaniam subramanian subramanyam subrahmanyam = subra mani subbu
sudhir sudheer
sujata sujatha
sukhdeep = sukh
sukhjit sukhjeet = sukh
sukhpreet sukhprit = sukh
sukhwinder sukhvinder sukhbinder = sukh sukhi
sumit sumeet
sunil suneel = sunny
sunita suneeta sunitha
suresh sureshkumar ~ suri
surinder surendra surender = suri
surya suriya
sushil susheel
sushila susheela
swati swathi
tajinder tejinder = teji taj
tejas = tej
thirumurugan ~ thiru
upinder opinder
uma umah
vaibhav ~ vabs
varinder virender virinder virendra = vir
venkatesh venkat venkatesan venkateswara = venky
venkataraman venkatraman = venkat venky
vidya vidhya
vignesh viknesh = vicky
vijay vijaya vijayan ~ vj
vijayalakshmi = vijaya viji
vikas vikash = vik vicky
vikram vickram vikramjit = vik vicky
vikrant = vik
vinay vinaya
vinod vinodh ~ vin
vishal = vish
vishnu visnu
vivek vivekanand = viv
yash ~ yashu
yogesh yogeshwar = yogi
asanka asanga
chaminda ~ chami
chandana ~ chandu
dilshan ~ dil
lakmal ~ lak
nuwan nuvan
priyantha priyanthi
thilini tilini
tharindu tarindu
muthukumar muthu
bibi bebe
farooq faruk farouk faruq
naveed navid
nadeem nadim
shabnam shabnum
shazia shaziya
tahir taher
usman osman
wajid wajeed
zeeshan zishan
zulfiqar zulfikar = zulfi
`

/** Given names that are nearly always a man's, of many countries, folded. */
export const mensNames = `
aaron abbas abdallah abdelrahman abdul abdullah abdulrahman abel abid abraham adam adamo adebayo adeel adil aditya
adnan adolf adrian adriano agostino agus agustin ahmad ahmed ahmet aidan ajay akash akhil akinori akio akshay alain
alan alasdair alastair albert alberto aldo alec aled alejandro alek aleksandar aleksander aleksandr aleksei
alessandro alessio alexander alexandre alexandros alexei alexey alexios alf alfie alfonso alfred alfredo algernon
alistair allan allen alonso alonzo aloysius alphonse alun alvaro alvin amadeo amadou amar ambrose ameer amin amir
amit amos anan anand anatole anatoly anders andre andreas andrei andrej andres andrew andrey andrija andrzej angelo
angelos angus anil ankit anthony anton antonin antonino antonio antonios antony anwar apisai apostolos aqib arash
archer archibald archie arjun arlo arman armand armando armin arnaud arnav arne arnel arnold aron arron artem
arthur artur arturo arun arvind aryan asad ashok ashton ashwin asif athanasios atif atticus aubin august augustin
augusto augustus avi axel ayaan ayden ayman ayodele ayush aziz babajide babak babatunde bahram balaji baljit
balthazar bambang barnaby barney barry bart bartholomew bartosz basil basilio bastien beau behrouz ben benedict
benicio benito benjamin benji bernard bernardo bernd bernhard bert bertram bertrand bevan bharat bhavesh bijan
bilal bill billy binh bjorn bob bobby bogdan bongani boris boyd brad braden bradley brady bram branko brendan
brendon brent brenton brett brian brodie bruce bruno bryan bryce budi burak byron cade cadel caleb callan callum
calum calvin cameron can carl carlo carlos carmelo carmine caspar casper cassius cecil cedric cem cesar chad chaim
charalambos charles chester chetan chidi chike chinedu christian christopher christos chuck chukwuemeka ciaran
cillian clancy clarence claudio claus clay clayton clem clement cliff clifford clifton clint clinton clive clyde
cody colin colm conan connor conor conrad constantine cooper cormac cornelius cosimo costa craig cristian cristobal
cuong curtis cuthbert cyril cyrus daan daichi daisuke dalton damian damien damir dan daniel danilo danish danny
dante darius darko darnell darragh darrell darren daryl dave david davide davinder dawid dean declan dedi deepak
dejan demetrius denis dennis denzel derek dermot derrick deshawn desmond dev devin dharmesh dhruv diarmuid dick
diego dieter dietmar dilip dimitri dimitrios dimitris dinesh dino diogo dirk dmitri dmitry domenico dominik don
donal donald donnie donovan dorian doug dougal douglas dov dragan drago duane dudley duncan dung dusan dustin duy
dwayne dwight dzung eamon eamonn earl ebenezer ed eddie eddy edgar edmond edmund edoardo eduard eduardo edward
edwin efrain ehab ehsan eirik eitan ekene eko elan eldon eli elias elijah elio elmer elton elvis emanuel emanuele
emeka emil emile emiliano emilio emir emlyn emmanouil emmanuel emmet emmett emre endre enrico enrique enzo eoghan
eoin ephraim ercan erdem eren erhard eric erich erik erkan ernest ernesto ernie ernst errol erwin esteban ethan
etienne euan eugene eugenio evan evangelos everett ewan ezekiel fabian fabien fabio fabrice fabrizio fadi fahad
faisal faraz farhan farid farouk farshad federico felipe felix femi ferdinand ferenc fergal fergus ferhat fernando
feroz fidel fikret filip filippo fintan fionn fletcher florian floyd folke fotios francesco francisco franco
francois frank franklin frans frantisek franz fraser fred freddie freddy frederic frederick fredrik friedrich fritz
furkan fyodor gabor gabriel gael gaetano galen ganesh gareth garfield garrett garry garth gary gaspar gaston gaurav
gautam gavan gavin geoff geoffrey georg georges georgios geraint gerald gerard gerardo gerhard german gernot
ghassan giacomo giancarlo gianluca gianni gianpaolo gideon gilbert gilberto giles gilles gino giorgio giorgos
giovanni giuliano giulio giuseppe glen glenn glyn godfrey gokhan gonzalo goran gordon govind graeme grahame grant
greg gregg gregor gregorio gregory griffin grigory grzegorz guido guillaume guillermo gunnar gunter gunther guntis
gurdeep gurinder gurvinder gus gustav gustavo guy gwilym haakon habib habibullah hadi haidar haitham hakan hakeem
hal hamed hamid hamish hamza hank hannes hans haralambos harald hari haris harish harjit harold harrison harry
harsh haruki haruto harvey hasan hassan hector heinrich heinz helmut hemi hendra hendrik henri henrik henry herbert
herman hermann hernan hideo hiep hieu hilario hirofumi hiroshi hiroyuki hoang hoani hone horace horatio horst
howard hubert hugh hugo humberto humphrey hung hussain hussein huw huy iain ian ibrahim idris iestyn ignacio
ignatius igor ike ikenna ikram ilhan ilias ilya imran imre inigo inoke ioan ioannis ion iqbal isaac isaiah ishaan
ishan isikeli ismael ismail israel istvan ivan ivanhoe ivar ivo ivor jaap jack jackson jacob jacopo jacques jagdeep
jagdish jago jai jake jakob jakub jalal jalil jamaal jamal james jamil janek janos janus jared jaroslav jarrad
jarred jarrod jarryd jarvis jason jasper jatin javed javier jawad jed jeff jefferson jeffrey jens jeremiah jeremy
jermaine jerome jerry jerzy jesus jethro jignesh jim jimmy jiri jitendra joachim joaquin jock joe joel joey johan
johann johannes john johnny joko jomar jon jonah jonas jonathan jonathon jono jordi jorg jorge jose josef joseph
josh joshua josiah jozef juan judah judd juergen julian julien julio julius junior jurgen justin kaan kagiso kaito
kamau kamran kane kapil kareem karim karl karthik kasper katsuro kaushik kazimierz kazuki kazuo keanu keenan keiran
keisuke keith kelechi kelvin kemal ken kenichi kenji kenneth kenny kent kenta kerrod kevin khaled khalid khalil
khoa khurram kieran kingsley kipchoge kirk kishore klaus knut koen kofi koichi koji konrad konstantinos kostas
kosuke kristian kristof krzysztof kunal kurt kwabena kwaku kwame kwasi kyriakos lachie lachlan lakshman lamar
lamont lance lars laszlo latu laurent lawrence lazar lazarus leander leandro leif leighton len lennard lennart
lenny leo leon leonard leonardo leonid leonidas leopold leroy les lester leszek levent levi lewis lex liam linus
lionel ljubomir lloyd lochlan lorcan lorenz lorenzo lothar louis loukas luan lubos luc lucas lucian luciano lucien
lucius ludovic ludwig luigi luis lukas lukasz luke luther lwandile lyle lyndon maarten mac maciej mack magnus
mahesh mahmoud majid makoto malachi malachy malcolm malik mandla manfred manish manoj mansour manu manuel marc
marcel marcello marcelo marcin marco marcos marcus marek mariano marino mario marios marius mark marko markus
marlon marshall martin marty martyn marvin marwan masahiro mason masoud massimo mateo mateusz mathew mathias
mathieu mathijs matias matis matt matteo matthew matthias matthieu matthijs maurice mauricio maurizio maxim maxime
maximilian maxwell mazen mehdi mehmet mehrdad melvin mervyn mesut michael michal mickey miguel mihai mihail mikael
mike mikhail mikkel mikolaj milan miles milo milorad milos milton minoru miodrag mirko miroslav mitch mitchell
mitsuo mladen moe mohamed mohammad mohammed mohan mohit mohsen moises monty mordecai morris mortimer moses mosese
moshe moussa mpilo mubarak mudassar muhammad mukesh murali murat murray musa mustafa mwangi myles nabil nadeem
nader nadir naim nand naoki narayan naresh nasser natan nathan nathanael nathaniel naveed naveen neal ned neil
nelson nenad nestor neville nhlanhla niall nicholas nick nicolas nicolo niels nigel nikau nikhil nikola nikolai
nikolaos nikolaus nikos nilesh nils nishant nitin njoroge nkosana nnamdi noah nolan norbert norman obadiah obinna
octavio odhiambo odin okan olaf olamide ole oleg oleksandr oliver olivier olumide oluwatobi omar omid onur orlando
orson osama osamu oscar oskar osman osvaldo oswald otieno otis otto owain owen ozan ozzie pablo paddy padraig
palash panagiotis pankaj panos paolo parminder parth parvez pascal pasquale patricio patrick patrik paul paulo
pavel pavlos pawel pedro per perce percival percy pete petelo peter petr petros phil philip philippe phillip
phineas phong phuc pier pierce pierre piers pieter pietro pino piotr pradeep prakash pranav prasad prasert prashant
praveen pravin predrag primo puneet qasim quan quang quentin quincy quinten quinton radek radoslav rafael raffaele
rafiq raghav raheem rahul rainer raj rajan rajat rajeev rajesh rajinder rajiv rajkumar rakesh ralf ralph ram ramesh
rami ramin ramon ramsay ranald randall randolph ranjit raoul raphael rashad rashid rasmus ratu raul ravi rawiri
raymond reg reggie reginald rehan reinhard reinhold reinier remo renato renzo reuben rex reynaldo reza rhodri rhys
riaz ricardo riccardo rich richard richie rick rickard ricky rico rishabh rishi ritesh rizwan robbie robert roberto
rocco rod rodel roderick rodger rodney rodolfo rodrigo rogelio roger rohan rohit roland rolf romano romeo rommel
ron ronald ronaldo ronan roosevelt ross roy ruairi ruben ruchir rudi rudolf rudy rufus rupert ruslan russ russell
ryland saad sabir sachin sadiq saeed sahil said saif sajid salah saleh salim salman salvador salvatore sameer sami
samir samson samuel sandeep sander sandor sandro sanjay sanjeev santiago santino santo santosh saqib sarfraz satish
satnam satoshi saul saverio scott seamus sebastian sebastiano sebastien sefa segun selwyn semisi serdar serge
sergei sergey sergio serhat serkan seru seth shafiq shaheed shahid shahzad shailesh shakeel shamus shane shankar
sharif shayne sheldon sherlock sherman shigeru shinji shiv shivam shoaib shota siamak sibusiso siddharth siegfried
sigmund sigurd silvio simba simeon simon sinisa sione sipho siyabonga slamet slavko slobodan sohail sohrab sombat
somchai son soren sotirios spiro spyridon spyros srinivas stan stanislav stanley stavros stefan stefano steffen
stelios sten stephane stephen stergios steve steven stewart stig stuart subhash sudhir sugeng sukhwinder suleiman
sumit sunil suresh sushant sven syed sylvain sylvester szymon tadeusz tadhg taha tahir tai taj takashi takeshi
takudzwa tamati tane tarek tariq taro tarun tawera taylan ted teddy tendai terence terrence tetsuya tevita thabang
thabo thaddeus thanasis thang themba theodor theodoros theophilus thibault thierry thijs thinh thomas thor thorsten
tiago tibor tim timothy tino tipene titus toan tobias toby todd tolga tom tomas tomasz tomislav tommaso tommy tor
torben torsten toru toshio travis tremaine trent trenton trevor tristan troy truman tshepo tuan tudor tully tumelo
tunde tung turlough tycho tyrell tyrone tyson ubaid uche udo ufuk ulrich ulysses umair umar umberto umer urban uri
usama usman uwe vaclav valentin valentino valerio vance vangelis varun vasile vasilios vasily vaughan vedant
venkatesh vernon victor vidal viet vijay vikas vikram viktor vilhelm viliami vinay vince vincent vincenzo vinh
vinod viraj virgil vishal vito vittorio vivek vlad vladimir vladislav vojtech volker vusi wade wahyu waldemar walid
wallace wally walter waqar waqas warren warwick waseem wassim wayne werner wesley wichai wilbert wilbur wilfred
wilfrid wilhelm will willem william willis willy wilson winston wiremu wojciech wolfgang woody wyatt xander xavier
ximenes yahya yakov yan yann yannick yannis yaroslav yasin yasir yasuo yaw yazan yilmaz yogesh yorick yosef yosuke
youssef yousuf yuichi yunus yuri yusuf yusuke yuto yvan yves zac zach zachariah zachary zack zafar zaheer zahid
zain zakaria zaki zane zbigniew zdravko zeeshan zeke zeljko zeus ziad zola zoltan zoran zubair zvi
`

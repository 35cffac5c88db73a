/** Given names that women and men have, or that say different things in different countries, folded. */
export const eitherNames = `
addy ade adelina adi aida akira aleisha alex alexis ali alisha alix amal aman amandeep amari amya an anaya andrea
andy ang angel anh ansley arden ari ariel arielle arley ash ashanti ashby asher ashley ashlyn aspen aubrey austin
avery aya aylin ayo bailey bao beckett bell bentley bethel billie blair blake bliss bo bobbie bowie brayden brielle
brody brook brooks bryn bryson calista callie cam camden camryn candace carey carlie carol carson carter cary casey
cat celina chance chandler chanel charity charley charlie chase chastity chen cheng cheyenne chi chikeung chiming
chiwai chris chun chunhua claude clemence cleo colton corey courtney cruz dakota dale dallas damon dana dani
daniele dara darcy darryl dawson dayna deana deb dee delaney demi destiny devon devyn dewi dominic dominique
donghyun drew ducanh dylan easton ebony eden eira elian elin ellery elliot ellis ellison elora ember emerson emery
emmy estrid eunji eunjung evelina evelyn everly ezra fabia fallon finley fiorella ford fran frances francis frankie
gabriele gage gale genesis george gerry gert ginevra grady graham gray grayson greyson guadalupe guangming guohua
guoqiang gurpreet gwyn hadley hai haibo haitao haiyan halle hallie hana hang hao happy harley harmoni harper
harpreet hayden heaven heng hilary hoa hoanganh hoiyan hollis hong hongmei hongyan hudson hui hunter hwee hyejin
hyun indigo indy ingalill ira isa isis ivory jace jacey jackie jada jaden jaehyun jaelyn jaime jamie jamila jan
janae jas jaspreet jaswinder jaxon jay jaya jayden jazlyn jazmin jean jem jess jesse jessie jett jewel jia jiahui
jian jianguo jianhua jianjun jianming jianping jiaxin jie jimin jin jingyi jinwoo jiwon jo jocelyn jody jolie joon
jordan jovana joy jude jules jun jung junjie kafai kai kaia kaiden kaitlin kali kalok kam kamal kaman kaming kamryn
karan karly karrie kassandra kathrin katlyn kawai kayan kayden kaylin keisha kelly kelsey kendall kenya kerry kiana
kim kimanh kimchi kimngan kingston kinsley kiran kit knox kourtney kris krishna kuldeep kumar kumari kyle kyungmin
lacie lainey lam lane laney larisa lauren laurence laurene laurie lawson lee leia leigh lennon lennox leonora
leslie lien lihua lijuan lijun lilliana lilyana lin lincoln linden lindsay ling linh liping logan lou luca luella
lyla lynn mabelle maci mackenzie macy maddie maddox maggie makayla malia manpreet manyi mara mareta marian marin
marion mariska marley maryse maverick max mckinley meghna meiyu mel melania mercia meredith merida merrill merritt
mi michel michele mick micky mikayla milla min ming minghua minhanh minhduc minho minhtuan minji mirabel mischa
misha mollie morgan murphy myah mylinh na nala nam nash nat nataly navdeep nayeli ngoc ngocanh nia nicky nico
nicola nicolette nika nikita nima noam noel noor nour nyah nyla oakley ocean ollie omari ori orion orlagh paityn
paris parker pat pax paxton payton pearla penney peta petal peyton phoenix ping pip porter precious presley preston
qingqing quinn quocbao quochuy quyen rae raegan rain raina rama randy raven ray reagan reed reese reid reina remi
remy rene rhett rhian rhianna richelle ridley riley river rob robin roma roman romy ronnie rory ros rosario rosslyn
rowan roxy ruby rui rumi ryan ryder ryker rylee sabine sacha sage sahara salem sam sammy sandy sania sariah sasa
sasha sawyer saxon scarlet scout sean selah seoyeon shan shana shani shannon sharni shaun shawn shayla shaylee shea
shelby sheridan shiloh shufen shuhua sid sidney sierra silas simone simran sina sirius siuming sky skylar skyler
sloane sol sonya spencer sri stacy sterling stevie suetying sukhdeep sullivan sunny suri surya susie sutton sydney
tahnee talitha tam tamia tan tanner tansy tao tarni tate tatum taya tayla taylor teagan tegan temple tenille terry
thanh thanhhai thanhtam thao thatcher theo theodore thu thuha thuhuong tiara tien tingting tobin toni tony torah
tracy tran treena trey tripp tucker turner tuyen tyler tyra vada val valentine vanhung vanja vanminh vaughn vega
vesper vic vienna viv vivian waiman waiming walker wei weidong weijie weiming weiwei wen wenjie wenjing weston
whitney willa willow wingsze wingyan winter wren xiao xiaodong xiaofeng xiaohong xiaohui xiaojun xiaoli xiaolin
xiaoling xiaoming xiaowei xiaoyan xiaoyu xin xuanmai yang yanling yanyan yaretzi yi yifan ying yingying yong
youngho youngsoo yu yuan yue yuenting yuki yuting yuxuan yvaine zayden zaylee zen zhen zhi zhigang zhiming zhiqiang
zhiwei zia zihan zion zixuan zuri
`

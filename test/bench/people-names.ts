import { ranked, seeded, type Random } from './people-random.ts'

/** A given name with the short forms that its bearers may go by; whether the engine knows them is not this file's business. */
export interface GivenName {
  name: string
  short: readonly string[]
}

const women = `olivia charlotte amelia isla mia grace ava ella sophie emily jessica sarah emma lucy hannah chloe zoe ruby
 ivy matilda evie lily alice georgia rebecca rachel laura nicole michelle lisa karen susan margaret elizabeth jennifer katherine
 amanda melissa natalie samantha stephanie victoria alexandra danielle kylie tracey sharon deborah christine patricia helen
 anne mary julie linda sandra barbara judith heather fiona wendy diane janet joanne kerry leanne lynne robyn sally tanya vanessa
 kate claire anna eva maria julia angela teresa monica veronica gabrielle isabella sienna willow scarlett aria harper poppy
 penelope eleanor beatrice florence audrey violet hazel daisy rose esther ruth naomi miriam leah abigail madeleine josephine
 antonia valentina francesca lucia chiara giulia elena sofia camila ximena lourdes pilar carmen ines beatriz renee genevieve
 celine odette simone margot noelle chantal aoife siobhan niamh ciara orla bronwyn gwen rhiannon mei ling xiu yan hui jing
 wei lan hoa linh thuy trang priya anjali deepika lakshmi meena sunita kavita pooja neha divya shreya ananya fatima aisha zainab
 khadija layla noor yasmin leila amina yuki sakura haruka keiko naoko minji soyeon jiwoo hyejin ingrid astrid freja signe solveig
 annika katja petra ulrike anneliese svetlana olga natasha irina tatiana oksana agnieszka malgorzata ewa zofia magdalena
 tamsin philippa imogen saskia clementine rosalind cordelia winifred dorothy edith mabel pearl opal june may joy faith hope
 charity prudence skye brooke jasmine paige amber crystal kayla shayla tiffany brittany ashleigh courtney whitney lauren
 shania keira maeve tess nell billie frankie zara`
const men = `oliver noah jack william henry leo charlie thomas james lucas liam ethan alexander mason max hudson archie
 harrison daniel matthew michael david john peter paul mark andrew stephen robert richard christopher anthony gregory timothy
 nicholas benjamin samuel joshua jacob joseph edward george arthur frederick albert alfred harold walter raymond kenneth ronald
 donald douglas graham ian neil colin keith trevor barry gary wayne darren craig shane brett scott dean adam aaron luke simon
 patrick kevin brian sean declan finn connor callum ewan hamish angus duncan malcolm rory euan owen rhys gareth dylan evan
 gavin stuart philip martin vincent lawrence leonard theodore edmund francis hugo felix oscar jasper sebastian dominic
 gabriel raphael xavier isaac elijah nathaniel jonathan zachary caleb levi eli asher ezra tobias silas jude cooper hunter
 riley jayden jordan tyler kyle blake bradley mitchell cameron lachlan declyn marcus julian adrian fabian marco luca matteo
 lorenzo giovanni antonio giuseppe salvatore jose juan carlos luis miguel diego javier pablo alejandro rafael fernando pierre
 jean luc etienne thierry wei jun ming hao feng tao lei bo chen kai minh duc tuan hung quang raj amit vikram arjun sanjay rahul
 anil suresh ramesh vijay rohan karthik ahmed mohammed ali hassan omar yusuf ibrahim khalid tariq bilal hiroshi kenji takeshi
 satoshi daichi minho junho seojun dong lars sven bjorn erik magnus nils henrik jens klaus jurgen wolfgang dieter ivan dmitri
 sergei vladimir alexei boris pavel jakub piotr krzysztof tomasz marek bruce clive nigel rupert alistair fergus lionel cecil
 percy stanley norman ernest clifford reginald bernard gerald roland rex kurt hank wade brock chase reid troy glenn`
const surnames = `smith jones williams brown wilson taylor nguyen johnson martin white anderson walker thompson thomas lee
 harris ryan robinson kelly king campbell davis wright evans roberts green hall wood jackson clarke patel khan lewis james phillips
 mason mitchell rose davies rodgers cox alexander garden campbell johnston moore smyth o'brien o'connor o'neill o'sullivan
 mcdonald macdonald mckenzie mclean murphy kennedy baker cook carter morris scott young allen hill turner parker edwards collins
 stewart cooper bell ward watson gray graham hughes adams murray bailey russell marshall hunter reid simpson miller richardson
 bennett shaw palmer stevens rogers webb holmes mills barnes knight chapman mathews fisher ellis gibson hunt ford wallace price
 west cole dixon grant black stone fox webster hart lane burns gordon hamilton ferguson henderson robertson cameron fraser ross
 sullivan byrne doyle walsh burke flynn quinn nolan carroll brennan casey daly dunn fitzgerald gallagher hogan keane lynch maher
 moran o'donnell o'keefe o'rourke power regan sheehan sweeney whelan d'angelo d'souza de silva van der berg van dijk de vries
 von stein le tran pham huynh vo dang bui do hoang phan vu singh kumar sharma gupta mehta shah das reddy iyer kaur gill chen wang
 li zhang liu huang yang zhao wu zhou xu sun ma zhu lin kim park choi jung kang cho yoon tanaka suzuki sato watanabe ito yamamoto
 garcia rodriguez martinez hernandez lopez gonzalez perez sanchez ramirez torres flores rivera gomez diaz cruz reyes morales ortiz
 muller schmidt schneider fischer weber meyer wagner becker schulz hoffmann koch bauer richter klein wolf neumann schwarz braun
 kruger rossi russo ferrari esposito bianchi romano colombo ricci marino greco bruno gallo conti costa giordano lombardi moretti
 papadopoulos georgiou nikolaidis kowalski nowak wisniewski novak horvat kovac petrov ivanov popov smirnov hansen johansen olsen
 larsen andersen nilsson karlsson lindqvist berg dubois laurent lefebvre moreau girard bonnet ali ahmed hussain hassan ibrahim
 rahman malik haddad nasser mansour cohen levy katz friedman goldberg abbott acton alcott ames archer arnold ash atkins austin
 avery ayers bacon ball banks barker barrett barton bates beck bird bishop blair bolton bond booth bowen bradley brady brooks
 bryant buckley burgess burton butler byrd cain cannon carr chambers chandler clayton clements coleman conway crawford cross
 curtis dalton davidson dawson day dean decker dennis drake dunlop eaton emery english faulkner fields fleming fletcher foster
 fowler francis franklin freeman french frost gardner garrett gates gilbert glover goodwin gould greer griffin hale harding harper
 harvey hawkins hayes haynes hensley hicks higgins hodges holland holt hooper horton houston howard hudson humphrey hurst hyde
 ingram jarvis jenkins jennings jensen jordan kemp kerr kirby lambert lamb lawson leach leonard lindsay lloyd logan long lowe
 lucas lyons mann marsh may mcbride mccall mccarthy mccormack mcgrath mcguire mcintosh mcintyre mckay mckinnon mcleod mcmahon
 mcmillan meadows mercer monroe morgan morrison morse morton moss nash neal newman newton nichols noble norris north norton
 o'grady o'leary o'hara o'shea oliver osborne owen page parsons patterson payne pearce perkins perry peters pike pope porter potter
 powell pratt preston quigley ramsay randall reed reynolds rhodes rice riley robbins rowe salazar sanders saunders savage sawyer
 sharp shepherd sherman short skinner slater small snow sparks spencer stafford stanton steele stephens stokes stuart sutton
 swan tate terry todd townsend travis tucker tyler underwood vance vaughn wade wagstaff walters warner warren waters watkins watts
 weaver weeks wells wheeler whitaker wiley wilkins willis winters wolfe woodward wyatt yates york zimmerman`

/** Short forms by hand. A name that is not here may get one made of its first syllable (see `shortForms`). */
const knownShort = `alexander alex xander al sasha|alexandra alex lexi sandra sasha|amanda mandy|andrew andy drew|anthony tony|
 antonia toni|benjamin ben benny|charlotte charlie lottie|christopher chris kit topher|christine chris tina chrissy|daniel dan danny|
 danielle dani|david dave davey|deborah deb debbie|donald don|dorothy dot dolly|douglas doug|edward ed eddie ted ned|
 eleanor ellie nell nora|elizabeth liz beth lizzie betty eliza libby|emily em emmy|francesca fran frankie|frederick fred freddie|
 gabrielle gabby|gabriel gabe|genevieve gen viv|georgia george gigi|gregory greg|harold harry hal|harrison harry|henry harry hank|
 isabella bella izzy issy|jacob jake|james jim jimmy jamie|jennifer jen jenny|jessica jess jessie|john jack johnny|jonathan jon jonty|
 joseph joe joey|josephine jo josie|joshua josh|katherine kate kathy katie kat kitty|kenneth ken kenny|lawrence larry laurie|
 leonard len lenny|madeleine maddie|malcolm mal|margaret maggie meg peggy marg greta|matilda tilly mattie|matthew matt|
 melissa mel lissa|michael mike mick mikey|michelle shelley shell|mitchell mitch|mohammed mo|nathaniel nate nathan|natalie nat|
 nicholas nick nico|nicole nikki nic|oliver ollie|olivia liv livvy|patricia pat trish patty|patrick pat paddy|penelope penny|
 philip phil pip|philippa pippa pip|raymond ray|rebecca bec becky|richard rick dick richie|robert bob rob bobby bert|ronald ron|
 rosalind ros roz|samantha sam sammy|samuel sam|sebastian seb bas|stephanie steph|stephen steve|susan sue susie|teresa tess terri|
 theodore theo ted|thomas tom tommy|timothy tim|valentina val|vanessa nessa|veronica ronnie vera|victoria vicky tori|
 vincent vince vinnie|vladimir vlad|walter wally walt|william bill will billy liam|winifred winnie fred|xavier xavi|zachary zac|
 alfred alf fred|albert bert al|barbara barb babs|margot gogo|giuseppe joe beppe|giovanni john gianni|francis frank|antonio tony|
 jose pepe|alejandro alex|aleksandra ola|malgorzata gosia|agnieszka aga|magdalena magda|katja kat|natasha tash nat|tatiana tanya|
 dmitri dima|sergei seryozha|alexei lyosha|krzysztof kris|tomasz tomek|salvatore sal|rafael rafa|fernando nando|beatrice bea trixie|
 beatriz bea|imogen immy|clementine clem|jasmine jas|lachlan lachie|hamish hame|angela angie|judith judy jude|sandra sandy|
 jacqueline jackie|tobias toby|dominic dom nic|reginald reg|gerald gerry|bernard bernie|ernest ernie|stanley stan|norman norm`
/** Given names, then given names that are spelled with an accent where somebody cares to. */
const accents: Readonly<Record<string, string>> = {
  ...{ jose: 'José', renee: 'Renée', jurgen: 'Jürgen', bjorn: 'Björn', lucia: 'Lucía', ines: 'Inês', sofia: 'Sofía' },
  ...{ celine: 'Céline', etienne: 'Étienne', zoe: 'Zoë', chloe: 'Chloé', muller: 'Müller', garcia: 'García' },
  ...{ gonzalez: 'González', rodriguez: 'Rodríguez', martinez: 'Martínez', hernandez: 'Hernández', lopez: 'López' },
  ...{ perez: 'Pérez', sanchez: 'Sánchez', gomez: 'Gómez', diaz: 'Díaz', kruger: 'Krüger', kovac: 'Kovač' },
  ...{ siobhan: 'Siobhán', malgorzata: 'Małgorzata', nunez: 'Núñez', ximena: 'Ximena', freja: 'Freja' },
}

const openings =
  'ba be bri ca cha co da del dor el fa fen ga gre ha hol is ja ka kel la lor ma mer na nor o pa quen ra ro sa sel ta tor u va wil ya zel'
const middles = 'bel dri fa gan ka la len li mi na nel ni ra ri ro sha ta the ti van vi zo'
const womanEndings = 'a ah ana elle ena ette ia ie ina isa issa lyn nne ora wyn'
const manEndings = 'an ard as dric el en ias ick ien in iel mir on os us'
const roots =
  'ald ash back bar beck birch black blake bran brock bur cald carl chad clay crow dal dun east elder fair fen flint gar glen green had hal hart hathe hem holl ing kel kirk lang lin lock mal mar mel mill nor oak os pem pres quar rad raven rush sal sand shel stan sut tar thorn tre und vas wag wex whit win wood wy yar'
const surnameEndings =
  'acre beck berg bourne bridge brook bury by combe cote croft dale den field ford gate ham haven hill holme hurst land ley man mere more ridge sby shaw son stead stein sten ston thorpe ton wall well wick wood worth ski vic ov sen'

/** Everybody's names: own lists, the rare ones made of syllables; common ones come often (Zipf and Mandelbrot). */
export interface Names {
  woman(random: Random): GivenName
  man(random: Random): GivenName
  /** As it is written with care: "van der Berg", "O'Brien", "Müller". */
  surname(random: Random): string
}

/** The names are the same for every seed: which of them somebody bears is not. */
export function allNames(): Names {
  const random = seeded(20_261_121)
  const short = new Map(list(knownShort, '|').map(entry => [entry.split(' ')[0]!, entry.split(' ').slice(1)]))
  const given = (known: string, endings: string, count: number): GivenName[] =>
    filledUp(
      list(known),
      count,
      () => `${random.pick(list(openings))}${part(random, middles)}${random.pick(list(endings))}`,
    ).map(name => ({ name: shown(name), short: shortForms(name, short, random) }))
  const [ladies, lords] = [given(women, womanEndings, 420), given(men, manEndings, 420)]
  const last = filledUp(surnameList(), 3000, () =>
    random.chance(0.85)
      ? `${random.pick(list(roots))}${random.pick(list(surnameEndings))}`
      : `${random.pick(list(roots))}${random.pick(list(middles))}${random.pick(list(surnameEndings))}`,
  ).map(shown)
  const [given420, last3000] = [ranked(420, { flat: 15, steep: 0.95 }), ranked(3000, { flat: 20, steep: 1 })]
  return {
    woman: draw => ladies[given420(draw)]!,
    man: draw => lords[given420(draw)]!,
    surname: draw => last[last3000(draw)]!,
  }
}

/** "van der" and the like belong to the word after them. */
function surnameList(): string[] {
  return list(surnames.replaceAll(/\b(van der|van|von|de) (?=\w)/g, words => words.replaceAll(' ', '_'))).map(name =>
    name.replaceAll('_', ' '),
  )
}

function filledUp(known: string[], count: number, make: () => string): string[] {
  const all = new Set(known)
  while (all.size < count) all.add(make())
  return [...all].slice(0, count)
}

/** Those by hand; for some others the first syllable with an ending ("Shaz", "Davo"), which nobody can look up. */
function shortForms(name: string, known: ReadonlyMap<string, string[]>, random: Random): string[] {
  const made = name.length > 5 && random.chance(0.3) ? [name.slice(0, 3) + random.pick(['o', 'za', 'ie', 'sy'])] : []
  return [...(known.get(name) ?? []), ...made].map(shown)
}

function part(random: Random, words: string): string {
  return random.chance(0.6) ? random.pick(list(words)) : ''
}

/** In capitals and small letters as written with care. */
function shown(name: string): string {
  const accented = accents[name]
  if (accented) return accented
  const words = name.split(' ')
  return words
    .map((word, at) => (at < words.length - 1 ? word : word.replace(/^(o'|d'|mc|mac(?=d))?(\w)(.*)$/, capitals)))
    .join(' ')
}

function capitals(_: string, before: string | undefined, first: string, rest: string): string {
  const start = before ? before[0]!.toUpperCase() + before.slice(1) : ''
  return start + first.toUpperCase() + rest
}

function list(text: string, by = ' '): string[] {
  return text
    .replaceAll(/\s+/g, ' ')
    .split(by)
    .map(word => word.trim())
    .filter(word => word !== '')
}

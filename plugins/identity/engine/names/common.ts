/**
 * How common the commonest names are among English-speaking, chiefly Australian, people: bearers in 100,000, then the names that
 * have about as many. Rounded estimates of all ages together, good to a factor of two or so; data of one's own is better.
 */
const firstNames = `
1200 david john michael peter
900 james robert paul andrew mark daniel matthew
750 christopher thomas william anthony jennifer mary elizabeth
600 richard stephen sarah michelle susan margaret kevin jessica joseph benjamin
480 brian joshua luke nicholas timothy steven patricia rebecca karen christine lisa emma helen julie george adam jason samuel
400 alexander scott ryan simon geoffrey barbara catherine anne maria linda deborah kate lauren emily robyn judith nicole
330 graham philip gary kenneth patrick gregory craig aaron nathan jack amanda melissa stephanie laura rachel sandra sharon ruth
280 edward ian colin ronald raymond martin jonathan kim charles sean tony jake dylan hannah samantha ashley olivia amy wendy sally
230 henry oliver liam noah ethan lachlan cameron jordan shane justin bradley grant ross trevor dennis douglas brett neil alan
230 chloe charlotte georgia grace ella sophie natalie katherine heather joanne fiona kylie jacqueline pamela diane lynette janet
190 kathleen dorothy carol anna jane leanne tracey megan danielle alison vanessa donna maureen marie janice gail joan julia
190 jacob harrison isaac max leo lucas darren wayne bruce keith gordon dean stuart phillip russell roger barry allan bob
150 isabella mia ava zoe lily ruby sophia amelia matilda madeleine holly jasmine caitlin tara natasha louise victoria veronica
150 mohammed ali ahmed nguyen frank maurice leslie malcolm graeme rodney glenn murray ray jeffrey jeremy damien dominic angus
110 eric hugo archie oscar charlie harry riley mitchell blake kyle jesse travis trent evan marcus vincent victor alex chris
110 beverley shirley joyce betty jean rosemary yvonne denise cheryl suzanne elaine irene marion valerie theresa rhonda debra
110 lucy evie ivy freya poppy isla willow harper mackenzie bella molly abigail alexandra alice eleanor claire monica andrea
`

const lastNames = `
550 smith
300 jones williams brown
250 wilson taylor nguyen johnson singh
190 martin white anderson walker thompson thomas lee
150 harris ryan robinson kelly king davis wright evans roberts hall clark edwards green
120 chen wang li zhang tran jackson wood turner hill scott campbell baker cooper morris mitchell moore lewis young adams
100 allen phillips murphy stewart ward carter cook collins watson bell murray parker bennett mcdonald miller liu james
85 hughes cox richardson morgan marshall simpson shaw graham hunt russell kennedy gray rogers stevens wu le reid price
75 patel pham khan kaur kumar sharma ross hamilton foster davies lin yang huang butler o'brien henderson johnston fraser mills
65 robertson ford mason gibson palmer webb wallace burns barnes harvey ellis griffiths lawrence dixon mcgrath hart grant
58 matthews knight elliott fisher stone jenkins nelson armstrong chapman hayes rose day ali ho wong chan zhao zhou xu sun ma
52 ferguson cameron gordon sullivan o'connor walsh west pearson black porter harrison howard arnold burke byrne carroll
46 williamson cunningham cole gardner fox spencer andrews barker mccarthy crawford douglas duncan dunn perry lane dean fleming
42 powell peters hudson bailey berry bryant jordan kerr long lynch mcintyre macdonald mackenzie nicholson o'neill payne pope
38 ray richards riley rowe saunders sanders sinclair sutton tucker vincent watts webster wells wheeler woods hogan holmes
35 huynh vu vo dang bui do ng tan lim lam cheng chang kim park zhu guo he hu gao luo zheng xie tang song deng feng
32 ahmed hussain hassan mohamed ibrahim begum gill dhillon sidhu das shah gupta mehta rao reddy desai joshi fernando perera silva
29 rossi russo romano ferrari papadopoulos georgiou santos garcia rodriguez lopez gonzalez martinez hernandez cruz reyes
26 schmidt muller schneider fischer weber meyer wagner becker hoffmann schulz novak kowalski ivanov petrov horvat
26 lowe lucas may miles newman nicholls norman norris o'donnell oliver osborne owen page parsons patterson perkins poole potter
23 quinn ramsay reed reynolds rice robson ryder sharp shepherd short skinner slater stanley steele stephens stephenson
23 stokes swan sweeney tait thornton todd townsend tyler underwood vaughan wade walters warner warren waters weston whitehead
21 abbott adam atkinson austin baldwin ball barnett barrett barry bartlett barton bates baxter beck bird bishop blake bond booth
21 bowen boyd bradley brennan briggs brooks bruce buckley burgess burton bush byrnes cairns carr casey chambers charlton christie
19 clarke connor connolly conway cooke craig craven cross curtis daly daniels dawson dean donnelly donovan doyle drew duffy
19 dwyer eaton egan english farrell field finch fitzgerald flynn francis franklin freeman french frost fuller gallagher
17 george gibbs gilbert giles goodwin gould greenwood gregory griffin hancock hanson harding hardy harper hawkins healy hewitt
17 hicks higgins hobbs hodge holland hooper hopkins horton howe humphreys hutchinson ingram irwin jacobs jarvis jennings joyce
15 kay keating kelley lamb lang law lawson leonard little lloyd logan lyons mackay maher maloney mann manning marsh mccann
15 mclean mcmahon mcleod mcpherson mcnamara mead middleton moran morrison moss myers nash neal newton nolan north o'sullivan
`

/** A name that is not listed: one bearer in 100,000. */
const rareShare = 1e-5

const shares = { first: sharesIn(firstNames), last: sharesIn(lastNames) }

/** The share of people who have a folded name, between 0 and 1: for judging how telling a name is before any data was seen. */
export function shippedShare(field: 'first' | 'last', folded: string): number {
  return shares[field].get(folded) ?? rareShare
}

function sharesIn(table: string): ReadonlyMap<string, number> {
  const lines = table.trim().split('\n')
  const entries = lines.flatMap(line => {
    const [count, ...names] = line.replaceAll("'", '').split(' ')
    return names.map(name => [name, Number(count) / 100_000] as const)
  })
  // A name that stands on two lines keeps the larger share: the first.
  return new Map(entries.reverse())
}

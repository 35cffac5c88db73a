/** Words that are set apart from a name, all folded. */

/** Before a name. Words that are as often names of their own (Major, Justice, Prince) are left out. */
export const titles = words(
  'mr mister mrs ms miss mx mstr master messrs dr drs doctor prof professor sir dame rev reverend hon fr capt captain sgt cpl lt ' +
    'mme mlle mons herr frau smt shri engr atty',
)
/** Behind a name. Letters that are as often initials are left out. */
export const suffixes = words(
  'jr jnr junior sr snr senior ii iii iv esq esquire phd md oam mbe obe cbe qc kc jp rn dds dvm mbbs frcs fracs cpa',
)
/** Where a last name of several words begins. Words that are as often names of their own (Le, Do, San) are left out. */
export const particles = words(
  'van von vander vande der den de del della delle dello dei degli dal dalla di du das dos da la los las el al bin bint binti ibn ' +
    'abu ter ten zu zur zum af av op st',
)
/** Vietnamese family names: before one of them "Van" is a middle name. */
export const familiesAfterVan = words(
  'nguyen tran le pham huynh hoang phan vu vo dang bui do ho ngo duong ly dinh truong lam mai trinh dao',
)
/** Legal forms: at the end they make a company. */
export const legalForms = words(
  'pty ltd limited llc llp inc incorporated gmbh plc corp corporation pvt pte bhd sdn bv nv srl sarl ltda aps',
)
/** Words that no person is called, wherever they stand. */
export const companyWords = words(
  'university department holdings enterprises solutions services clinic clinics hospital foundation association society ' +
    'institute hotel motel restaurant cafe pharmacy boutique salon realty properties constructions construction plumbing ' +
    'electrical consulting consultants consultancy accounting accountants logistics industries technologies systems software ' +
    'catering productions entertainment associates solicitors lawyers insurance photography florist bridal weddings group ' +
    'trust trustee committee academy kindergarten preschool bakery brewery winery agency studios company pty abn acn atf',
)
/** Words that few are called: they make a company at the end of one field of several words, or of three words. */
export const softCompanyWords = words('council school college club studio events media partners design designs')
/** Words that many are called; a company only as in "The …", "… of …" or "St …". */
export const placeWords = words('church bank temple house hall parish chapel abbey school college club')
/** What is typed where a name is not known, alone or beside a real name. */
export const noNames = words(
  'unknown noname none undefined na n/a nil tba tbc lnu fnu nln nfn test testing asdf asdfasdf asdfgh qwerty qwertyuiop anonymous xxx ' +
    'notprovided notsupplied notavailable notgiven dummy withheld placeholder',
)
/** What is typed where a name is not known; beside a real name it may be one. */
export const noNamesAlone = words(
  'no name not provided supplied available given customer guest user null private caller anon admin administrator walk in walkin cash ' +
    'sale online valued new deleted account first last firstname lastname your me abc x person client visitor temp blank tester',
)
/** Irish names behind O': also written apart and without the apostrophe. */
export const irishNames = words(
  'boyle brien bryan bryen byrne callaghan carroll connell conner connor dea doherty donoghue donnell donoghoe donohue donovan dowd ' +
    'driscoll dwyer farrell flaherty flanagan flynn gara gorman grady hagan halloran hanlon hara hare hearn hehir kane keefe ' +
    'keeffe kelly laughlin leary loughlin mahoney mahony malley meara meally mara neal neale neil neill nolan quinn regan reilly ' +
    'riley riordan rourke ryan shannassy shannessy shaughnessy shea sheehan sullivan toole',
)
/** Remarks behind a name, after a dash or a stroke. */
export const remarks =
  /\s[-–—|/]+\s*(?:vip|dup(?:licate)?|deceased|inactive|do not|don't|wholesale|staff|test|old|new|ref|referred|cancel\w*|banned|call|see)\b.*$/iu

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(' '))
}

const telling: ReadonlySet<string> = new Set(
  [
    titles,
    suffixes,
    particles,
    legalForms,
    companyWords,
    softCompanyWords,
    placeWords,
    noNames,
    noNamesAlone,
    words('and mc'),
  ].flatMap(set => [...set]),
)

/** Whether a small word is in any list: a name that holds one has to be read with care. */
export function isTelling(word: string): boolean {
  return telling.has(word) || /^(?:asdf|qwer|sdfg|zxcv|dfgh|hjkl|(.)\1{2,}$)/.test(word)
}

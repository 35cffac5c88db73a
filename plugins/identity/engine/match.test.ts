import { test } from 'tap'
import type { Evidence } from '@switchboard/core'
import { explain } from './explain.ts'
import { match } from './match.ts'
import { defineModel } from './model.ts'
import { people } from './models/people.ts'
import { reference } from './models/reference.ts'
import { columnTable, customers, groupsOf, shuffled, tableOf, type TestPerson } from './test-people.ts'

const home = { last: 'stone', email: 'home@example.org', phone: '+61400111222' }

/** Pairs right, found and true. */
function scoreOf(clusterOf: ArrayLike<number>, truth: readonly number[]): { precision: number; recall: number } {
  let [right, found, real] = [0, 0, 0]
  truth.forEach((person, a) => {
    for (let b = 0; b < a; b++) {
      const isFound = clusterOf[a] === clusterOf[b]
      if (isFound) found++
      if (truth[b] === person) real++
      if (isFound && truth[b] === person) right++
    }
  })
  return { precision: right / found, recall: right / real }
}

test('the reference model makes one person of a couple, the default model does not', t => {
  const couple = tableOf([
    { ...home, first: 'john' },
    { ...home, first: 'mary' },
  ])
  t.strictSame([...match(couple, { model: reference }).clusterOf], [0, 0])
  t.strictSame([...match(couple, { model: people }).clusterOf], [0, 1])
  t.end()
})

test('a number that somebody checked outweighs every veto, also between those who are joined to them', t => {
  const model = defineModel({
    ...people,
    fields: { ...people.fields, id: { clean: 'code', columns: ['id'] } },
    comparisons: [...people.comparisons, { name: 'id', by: 'code', fields: ['id'] }],
    overrules: [{ comparison: 'id', level: 'equal' }],
  })
  const rows = [
    { first: 'john', ...home },
    { first: 'john', ...home, email: 'john@example.org', id: 'x1234567' },
    { first: 'mary', ...home, id: 'x1234567' },
    { first: 'peter', ...home },
  ]
  const table = {
    ...tableOf(rows),
    fields: { ...tableOf(rows).fields, id: columnTable(['', 'x1234567', 'x1234567', '']).fields.value! },
  }
  t.strictSame([...match(table, { model }).clusterOf], [0, 0, 0, 3])
  t.strictSame([...match(table, { model: { ...model, overrules: [] } }).clusterOf], [0, 0, 2, 3])
  t.end()
})

test('a handful of rows is judged by what ships', t => {
  const rows = [
    { first: 'john', ...home },
    { first: 'jon', ...home },
    { first: 'robert', last: 'berg', email: 'rb@example.org' },
    { first: 'bob', last: 'berg', email: 'rb@example.org' },
    { first: 'peter', last: 'hill', email: 'ph@example.org' },
    { first: 'peter', last: 'moss', email: 'pm@example.org' },
  ]
  t.strictSame([...match(tableOf(rows), { model: people }).clusterOf], [0, 0, 2, 2, 4, 5])
  t.end()
})

test('the answer, the parameters and the links are the same for any order of the rows', t => {
  const { rows } = customers(300)
  const one = match(tableOf(rows), { model: people })
  for (const seed of [3, 4, 5]) {
    const { rows: turned, from } = shuffled(rows, seed)
    const other = match(tableOf(turned), { model: people })
    t.strictSame(groupsOf(other.clusterOf, from), groupsOf(one.clusterOf))
    t.strictSame(other.trained, one.trained)
    t.strictSame(
      other.links.map(({ bits }) => bits),
      one.links.map(({ bits }) => bits),
    )
  }
  t.end()
})

test('invented customers are told apart, couples among them', t => {
  const { rows, truth } = customers(400)
  const { precision, recall } = scoreOf(match(tableOf(rows), { model: people }).clusterOf, truth)
  t.ok(precision > 0.995, `precision ${precision}`)
  t.ok(recall > 0.95, `recall ${recall}`)
  t.end()
})

test('what was learned is used again as it is: the same rows get the same clusters', t => {
  const { rows } = customers(300)
  const one = match(tableOf(rows), { model: people })
  const trained = JSON.parse(JSON.stringify(one.trained)) as typeof one.trained
  const again = match(tableOf(rows), { model: people, trained })
  t.strictSame(again.clusterOf, one.clusterOf)
  t.equal(again.trained.version, one.trained.version)
  t.end()
})

test('an account that hundreds use changes what is learned from the others hardly', t => {
  const { rows, truth } = customers(700)
  const contacts = { email: 'orders@example.org', phone: '+61290000000' }
  const giant = customers(300, 9).rows.map(({ first, last }): TestPerson => ({ first, last, ...contacts }))
  const one = match(tableOf(rows), { model: people })
  const other = match(tableOf([...rows, ...giant]), { model: people })
  t.ok(other.generic.some(({ value }) => value === 'orders@example.org'))
  const [before, now] = [scoreOf(one.clusterOf, truth), scoreOf(other.clusterOf, truth)]
  t.ok(Math.abs(before.precision - now.precision) < 0.004, `precision ${before.precision}, then ${now.precision}`)
  const bitsOf = ({ links, nodes }: typeof one): Map<number, number> =>
    new Map(links.map(({ a, b, bits }) => [nodes.hash[a]! + nodes.hash[b]!, bits]))
  const after = bitsOf(other)
  const changes = [...bitsOf(one)].flatMap(([pair, bits]) => (after.has(pair) ? Math.abs(after.get(pair)! - bits) : []))
  t.ok(changes.length > 100)
  t.ok(Math.max(...changes) < 1, `an ordinary pair is worth ${Math.max(...changes)} bits more or less`)
  t.end()
})

test('two whom a vendor names as two stay two, even when they say the same', t => {
  const rows = [
    { first: 'john', ...home },
    { first: 'john', ...home },
    { first: 'john', ...home },
  ]
  t.strictSame([...match(tableOf(rows), { model: people }).clusterOf], [0, 0, 0])
  const apart = match(tableOf(rows), { model: people, apart: [[0, 1]] }).clusterOf
  t.not(apart[0], apart[1])
  t.end()
})

test('who says too little to be either of two whom a vendor names as two is neither, in any order of the rows', t => {
  const shared = { last: 'ryan', email: 'bri@ryan.example' }
  const rows: (TestPerson & { is: string })[] = [
    { first: 'brianna', ...shared, is: 'primary' },
    { first: 'brianna', ...shared, phone: '+61444747325', is: 'again' },
    { first: 'q', ...shared, phone: '+61444747325', is: 'partner' },
    { ...shared, is: 'somebody' },
  ]
  const found = [1, 2, 3, 4, 5, 6, 7, 8].map(seed => {
    const { rows: turned } = shuffled(rows, seed)
    const at = (is: string): number => turned.findIndex(row => row.is === is)
    const table = tableOf(turned.map(({ is: _, ...person }) => person))
    const { clusterOf } = match(table, { model: people, apart: [[at('primary'), at('partner')]] })
    const sets = Map.groupBy(turned, (_, row) => clusterOf[row])
    return [...sets.values()]
      .map(set =>
        set
          .map(({ is }) => is)
          .toSorted()
          .join(),
      )
      .toSorted()
      .join(' | ')
  })
  t.equal(new Set(found).size, 1, found.join(' or '))
  t.equal(found[0], 'again,primary | partner | somebody')
  t.end()
})

test('who a human said is one is one', t => {
  const rows = [
    { first: 'john', ...home },
    { first: 'mary', last: 'berg', email: 'mary@example.org' },
  ]
  t.strictSame([...match(tableOf(rows), { model: people, together: [[0, 1]] }).clusterOf], [0, 0])
  t.end()
})

test('a single contact attaches to the one person who has it, and waits with a reason otherwise', t => {
  const rows = [
    { first: 'john', ...home },
    { email: 'home@example.org' },
    { email: 'nobody@example.org' },
    { first: 'anna', last: 'berg', phone: '+61400333444' },
    { first: 'paul', last: 'hill', phone: '+61400333444' },
    { phone: '+61400333444' },
    { first: 'emma', last: 'ford' },
  ]
  const { clusterOf, unattached } = match(tableOf(rows), { model: people })
  t.equal(clusterOf[1], 0)
  t.strictSame([...unattached.keys()].sort(), [2, 5, 6])
  t.match(unattached.get(2), /nobody else/)
  t.match(unattached.get(5), /several people/)
  t.match(unattached.get(6), /nothing to match it by/)
  t.end()
})

test('the explanation of a link has its bits, adds up, and says what would turn it', t => {
  const { rows } = customers(300)
  const { links, nodes, trained } = match(tableOf(rows), { model: people })
  for (const link of links.slice(0, 60)) {
    const why = explain(nodes, link.a, link.b, { model: people, trained })
    t.ok(Math.abs(why.bits - link.bits) <= 1 / 256, `${why.bits} and ${link.bits}`)
    const sum = why.steps.reduce((total, step) => total + step.bits + step.rarityBits, why.prior)
    t.ok(Math.abs(sum + why.household - why.bits) < 1e-9)
    t.ok(
      why.isOne && why.household <= 0 && why.flips.every(flip => flip.bits < 0 && flip.probability <= people.threshold),
    )
  }
  const two = explain(nodes, 0, nodes.count - 1, { model: people, trained })
  t.notOk(two.isOne)
  t.end()
})

test('plugins add a field’s comparison, a constraint and a step', t => {
  const rows = [
    { first: 'john', ...home },
    { first: 'jon', ...home },
    { first: 'anna', last: 'berg', email: 'ab@example.org' },
  ]
  const answer = (evidence: Evidence): number[] => [
    ...match(tableOf(rows), { model: people, evidence: [evidence] }).clusterOf,
  ]
  t.strictSame(answer({ name: 'nothing' }), [0, 0, 2])
  t.strictSame(answer({ name: 'never', constraints: [{ name: 'never', compile: () => () => true }] }), [0, 1, 2])
  t.strictSame(answer({ name: 'drop', steps: [{ name: 'drop', run: () => [] }] }), [0, 1, 2])
  const invented = { name: 'add', run: () => [{ a: 0, b: 2, bits: 20 }] }
  t.throws(() => answer({ name: 'add', steps: [invented] }), /returned a link it was not given/)
  t.end()
})

test('no rows, and rows without anything, are no failure', t => {
  t.equal(match(tableOf([]), { model: people }).clusterOf.length, 0)
  const { clusterOf, unattached } = match(tableOf([{}, {}]), { model: people })
  t.strictSame([...clusterOf], [0, 1])
  t.equal(unattached.size, 2)
  t.end()
})

test('rows that say the same and have nothing to match them by are nobody’s, each alone', t => {
  const rows = [
    { first: 'john', last: 'smith' },
    { first: 'john', last: 'smith' },
    { first: 'john', ...home },
    { first: 'john', ...home },
  ]
  t.strictSame([...match(tableOf(rows), { model: people }).clusterOf], [0, 1, 2, 2])
  t.end()
})

test('a single contact never attaches to whom it was said not to be', t => {
  const rows = [{ first: 'john', ...home }, { email: 'home@example.org' }, { email: 'home@example.org' }]
  t.strictSame([...match(tableOf(rows), { model: people }).clusterOf], [0, 0, 0])
  const said = match(tableOf(rows), { model: people, apart: [[0, 1]] })
  t.strictSame([...said.clusterOf], [0, 1, 1], 'nor does a row that says the same')
  t.match(said.unattached.get(1), /said to be somebody else/)
  const two = match(tableOf(rows), { model: people, apart: [[1, 2]] })
  t.strictSame([...two.clusterOf], [0, 1, 2], 'of two who are apart neither goes first')
  t.end()
})

test('who shares the mailbox of an office is not one for that', t => {
  const areOne = (email: string): boolean => {
    const andrew = { first: 'andrew', last: 'anderson', email }
    const often = [andrew, { ...andrew, phone: '+61400999222' }, { ...andrew, phone: '+61400999333' }]
    const rows = [...customers(300).rows, ...often, { last: 'anderson', email }]
    const { clusterOf } = match(tableOf(rows), { model: people })
    return clusterOf.at(-1) === clusterOf.at(-2)
  }
  t.ok(areOne('anderson@mill.example'))
  t.notOk(areOne('info@mill.example'))
  t.end()
})

test('agreeing on a contact is not taken for chance where one person’s rows explain it, rows with nothing else among them', t => {
  const { rows } = customers(400)
  const table = tableOf([...rows, ...rows.map(({ email }) => (email === undefined ? {} : { email }))])
  const { trained, nodes } = match(table, { model: people })
  const { ids, size } = nodes.fields['email']!
  const counts = new Float64Array(size)
  ids.forEach(id => id >= 0 && counts[id]!++)
  const agreeing = counts.reduce((sum, count) => sum + count * (count - 1), 0) / nodes.count ** 2
  t.ok(trained.comparisons['email']!.u['equal']! < agreeing / 16)
  t.end()
})

/** People with three rows each, every tenth of them one of a couple on one email and last name, half of those on one phone too. */
function neighbours(): TestPerson[] {
  const names = 'anna john mary peter susan david laura paul emma mark julia tom'.split(' ')
  return Array.from({ length: 400 }, (_, at) => {
    const home = at % 10 === 9 ? at - 1 : at
    const last = `${'bcdfghklm'[home % 9]}${'aeiou'[home % 5]}rr${'bdgklmnst'[(home >> 2) % 9]}on`
    const phone = `+6140${1_000_000 + (at % 20 === 9 ? home : at) * 37}`
    const full = { first: names[(at * 5 + (at >> 4)) % 12]!, last, email: `mail${home}@example.org`, phone }
    return [full, { ...full, phone: '' }, { ...full, email: '' }]
  }).flat()
}

/** A household among other people: whose row each of its rows is, by the place of the first of them. */
function judged(household: readonly TestPerson[], apart: readonly (readonly [number, number])[] = []): number[] {
  const others = neighbours()
  const said = apart.map(([a, b]): [number, number] => [a + others.length, b + others.length])
  const { clusterOf } = match(tableOf([...others, ...household]), { model: people, apart: said })
  return [...clusterOf.slice(others.length)].map(row => row - others.length)
}

const couple = {
  john: { first: 'john', last: 'quarrie', email: 'home@quarrie.example', phone: '+61400999111' },
  mary: { first: 'mary', last: 'quarrie', email: 'home@quarrie.example', phone: '+61400999111' },
  who: { last: 'quarrie', email: 'home@quarrie.example', phone: '+61400999111' },
}

test('a couple on one email, phone and last name stays two, by first name, nickname and initial', t => {
  const { john, mary } = couple
  t.strictSame(judged([john, mary, { ...john, phone: '' }, { ...mary, first: 'm' }]), [0, 1, 0, 1])
  t.strictSame(judged([{ ...john, first: 'robert' }, mary, { ...john, first: 'bob' }]), [0, 1, 0])
  t.end()
})

test('a row without a first name joins the one who is there alone, and neither of two who are there as often', t => {
  const { john, mary, who } = couple
  t.strictSame(judged([john, { ...john, phone: '' }, { ...john, email: '' }, who]), [0, 0, 0, 0])
  t.strictSame(judged([john, mary, who]), [0, 1, 2])
  t.end()
})

test('a row without a first name goes to whom its own contacts are, though the couple shares the other', t => {
  const { john, mary, who } = couple
  const own = { ...john, email: 'john.quarrie@quarrie.example' }
  const hers = { ...mary, email: 'mary.quarrie@quarrie.example' }
  const rows = [own, { ...own, phone: '' }, hers, { ...hers, phone: '' }]
  t.strictSame(judged([...rows, { ...who, email: own.email }]), [0, 0, 2, 2, 0])
  t.strictSame(judged([...rows, { ...who, email: hers.email }]), [0, 0, 2, 2, 2])
  t.end()
})

test('whom an appointment names beside him is she, though she leaves out her first name', t => {
  const { john, mary, who } = couple
  const seen = [john, mary, { ...john, phone: '' }, { ...mary, phone: '' }, { ...mary, email: '' }]
  t.strictSame(judged([...seen, who]).at(-1), 5, 'it could be either of them')
  t.strictSame(judged([...seen, who], [[0, 5]]).at(-1), 1, 'he came with her')
  t.strictSame(
    judged(
      [...seen, who],
      [
        [0, 5],
        [1, 5],
      ],
    ).at(-1),
    5,
    'they came with a third',
  )
  t.end()
})

test('namesakes without a common contact are one where the other half of the couple connects them, and else two', t => {
  const leo = { first: 'leonard', last: 'quarrie' }
  const rows = [
    { ...leo, email: 'mary@quarrie.example' },
    { ...leo, phone: '+61400999111' },
  ]
  const mary = { ...couple.mary, email: 'mary@quarrie.example' }
  t.strictSame(judged([...rows, mary]), [0, 0, 2])
  t.strictSame(judged([...rows, { ...mary, email: 'm@other.example' }]), [0, 1, 2], 'nobody connects them')
  t.end()
})

test('what a row without a first name is worth is learned from rows whose name is hidden', t => {
  const bitsOf = (rows: TestPerson[]): ((level: string) => number) => {
    const { m, h } = match(tableOf(rows), { model: people }).trained.comparisons['company']!
    return level => Math.log2(m[level]! / h[level]!)
  }
  const names = 'anna john mary peter susan david laura paul'.split(' ')
  const homes = Array.from({ length: 160 }, (_, at) => {
    const home = { last: `quarrie${'abcdefghij'[at % 10]}`, email: `q${at}@example.org` }
    const half = (first: string): TestPerson[] => [
      { ...home, first },
      { ...home, first, phone: `+6148${1_000_000 + at}` },
    ]
    return [...half(names[(at * 3) % 8]!), ...half(names[(at * 3 + 5) % 8]!)]
  }).flat()
  const [few, told] = [bitsOf(customers(20).rows), bitsOf([...customers(400).rows, ...homes])]
  t.ok(
    told('1 to 1') < few('1 to 1') - 1,
    `a couple of which both are seen: ${told('1 to 1')} and ${few('1 to 1')} bits`,
  )
  t.ok(told('32 to 1') > told('1 to 1') + 4)
  t.end()
})

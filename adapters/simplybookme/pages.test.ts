import fc from 'fast-check'
import { test } from 'tap'
import { listPages, pageOver, type Answered, type Place } from './pages.ts'

test('pages overlap by a row or more, move on, and never exceed their size', t => {
  fc.assert(
    fc.property(fc.integer({ min: 15, max: 100 }), fc.integer({ min: 1, max: 100_000 }), (max, end) => {
      const { page, size } = pageOver(end, max)
      return size <= max && (page - 1) * size < end && page * size > end
    }),
    { numRuns: 5000 },
  )
  t.end()
})

test('overlapping costs little: 1,200 bookings are 14 requests by a hundred, where pages side by side would be 12', t => {
  let requests = 0
  for (let end = 0; end < 1200; requests++) {
    const { page, size } = pageOver(end, 100)
    end = page * size
  }
  t.equal(requests, 14)
  t.end()
})

/** What happens to a list between two requests, at a place from 0 to 1 of its length. */
type Happening = { kind: 'come' | 'go'; at: number }

test('whatever comes and goes between two pages, every row that stays is told, and is among those said to be there', async () => {
  const at = fc.double({ min: 0, max: 0.999, noNaN: true })
  const happening = fc.record({ kind: fc.constantFrom('come' as const, 'go' as const), at })
  const between = fc.array(happening, { maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 120 }),
      fc.array(between, { maxLength: 12 }),
      async (size, happenings) => {
        const list = movingList(size, happenings)
        const { told, whole } = await read(list.ask, 10)
        const stayed = list.rows().filter(id => id < size)
        const isTold = stayed.every(id => told.has(String(id)))
        return isTold && (whole === null || stayed.every(id => whole.includes(String(id))))
      },
    ),
    { numRuns: 500 },
  )
})

test('rows come at one end as others go at the other, now this way and now that, and the list is as long as ever: none is passed over', async () => {
  const slides = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 2, maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 30, max: 80 }), slides, async (size, slides) => {
      const list = movingList(size, slides.map(slide))
      const { told } = await read(list.ask, 10)
      return list.rows().every(id => id >= size || told.has(String(id)))
    }),
    { numRuns: 2000 },
  )
})

/** The list moves up by so many rows; down, when there are fewer than none. */
function slide(rows: number): Happening[] {
  const [go, come] = [rows > 0 ? 0 : 0.999, rows > 0 ? 1 : 0]
  const both: Happening[] = [
    { kind: 'go', at: go },
    { kind: 'come', at: come },
  ]
  return Array.from({ length: Math.abs(rows) }, () => both).flat()
}

test('a list that holds still is read once, and is whole', async t => {
  const list = movingList(57, [])
  const { told, whole, requests } = await read(list.ask, 10)
  t.equal(told.size, 57)
  t.equal(whole?.length, 57)
  t.ok(requests < 12, 'two passes would be twelve pages at least')
})

test('a vendor that caps the size of pages is read by its own size', async t => {
  const list = movingList(57, [])
  const capped = (place: Place): Promise<Answered> => list.ask({ ...place, size: Math.min(place.size, 7) })
  const { told, whole } = await read(capped, 10)
  t.equal(told.size, 57)
  t.equal(whole?.length, 57)
})

test('a vendor that speaks of rows it does not give is an error, not a loop', async t => {
  const list = movingList(20, [])
  const boasting = async (place: Place): Promise<Answered> => ({ ...(await list.ask(place)), total: 50 })
  const all = async (): Promise<void> => {
    for await (const _ of listPages(boasting, 10));
  }
  await t.rejects(all(), { code: 'vendor_error', retryable: true })
})

/** A list of rows 0, 1, 2…; new ones have higher numbers. */
function movingList(size: number, happenings: Happening[][]) {
  const rows = Array.from({ length: size }, (_, id) => id)
  const left = [...happenings]
  let next = size
  return {
    rows: () => rows,
    async ask({ page, size }: Place): Promise<Answered> {
      const start = (page - 1) * size
      const data = rows.slice(start, start + size).map(id => ({ id }))
      const answered = { rows: data, total: rows.length, page, size, askedAt: new Date(0) }
      for (const { kind, at } of left.shift() ?? []) {
        const place = Math.floor(at * rows.length)
        if (kind === 'come') rows.splice(place, 0, next++)
        else rows.splice(place, 1)
      }
      return answered
    },
  }
}

/** All that was told; `whole` is null where the list was left for later. */
async function read(ask: (place: Place) => Promise<Answered>, max: number) {
  const told = new Set<string>()
  let whole: string[] | null = null
  let requests = 0
  try {
    for await (const listing of listPages(ask, max)) {
      requests += 1
      for (const { id } of listing.rows) told.add(id ?? '')
      whole = listing.whole
    }
  } catch (error) {
    if (!/moved while/.test(String(error))) throw error
    whole = null
  }
  return { told, whole, requests }
}

import fc from 'fast-check'
import { test } from 'tap'
import { deedNames, makeWorld, type Deed, type World } from './test-world.ts'

const step = fc.tuple(fc.constantFrom<Deed>(...deedNames), fc.nat(9), fc.nat(9))
/** Mostly what moves things on: else every history is one of cuts. */
const moving = fc.tuple(
  fc.constantFrom<Deed>('happen', 'push', 'work', 'work', 'take', 'connect'),
  fc.nat(9),
  fc.nat(9),
)
const history = fc.array(fc.oneof(step, moving), { maxLength: 150, size: 'max' })

function lived(steps: readonly (readonly [Deed, number, number])[]): World {
  const world = makeWorld()
  for (const [deed, which, other] of steps) world.deeds[deed](which, other)
  world.settle()
  return world
}

test('whatever happens, each client gets every event it is due, in order and once, or is told to reset; and none that is another’s', async t => {
  const seen = { reset: 0, slow: 0, resumed: 0, lost: 0 }
  const run = () =>
    fc.assert(
      fc.property(history, steps => {
        const world = lived(steps)
        for (const [has, exists] of world.ends())
          if (has !== exists) throw new Error(`a client has ${has} of ${exists}`)
        for (const name of Object.keys(seen) as (keyof typeof seen)[]) seen[name] += world.seen[name]
      }),
      { numRuns: 400 },
    )
  t.doesNotThrow(run)
  for (const what of ['reset', 'slow', 'resumed'] as const) t.ok(seen[what] > 0, `${what} came to pass`)
})

test('a client that is cut in the middle of what it missed goes on where it was', async t => {
  const world = lived([
    ...[['connect', 0, 0] as const, ['work', 0, 0] as const, ['take', 0, 9] as const],
    ...Array.from({ length: 5 }, () => ['happen', 0, 0] as const),
    ...[['wake', 0, 0] as const, ['work', 0, 0] as const, ['work', 0, 0] as const, ['take', 0, 1] as const],
    ...[['cut', 0, 0] as const, ['connect', 0, 0] as const],
  ])
  t.ok(world.seen.resumed > 0)
  t.equal(world.seen.reset, 0)
  for (const [has, exists] of world.ends()) t.equal(has, exists)
})

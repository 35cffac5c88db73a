/** What oxlint is asked to look for and has no rule for. */
interface Node {
  type: string
  callee: { type: string; name?: string }
  arguments: unknown[]
}

interface Context {
  report(finding: { node: Node; message: string }): void
}

/** The kit tells the time, so that tests and drills can move it. */
const noAmbientClock = {
  create: (context: Context) => ({
    NewExpression: (node: Node) => {
      if (node.callee.name === 'Date' && node.arguments.length === 0)
        context.report({
          node,
          message: "`new Date()` reads the machine's clock: use `kit.now()`, or take the time as a parameter.",
        })
    },
  }),
}

export default { meta: { name: 'house' }, rules: { 'no-ambient-clock': noAmbientClock } }

import { HubError, messageOf } from '../model/errors.ts'
import { second } from '../model/time.ts'
import type { Log } from '../ports/kit.ts'
import type { Assembly } from './assembly.ts'
import { within } from './lifecycle.ts'
import type { PartState } from './states.ts'

/** How long a plugin may take to start. */
const startMs = 30 * second

/** Starts plugins in order. One that fails is noted, its ports are withdrawn, and whoever needs them fails too; the others go on. */
export async function startPlugins(assembly: Assembly, log: Log): Promise<void> {
  for (const plugin of assembly.plugins) {
    const state = assembly.states.get(`plugins.${plugin.planned.name}`)
    if (state) await startPlugin(assembly, plugin, state, log)
  }
  for (const { planned } of assembly.adapters) {
    const state = assembly.states.get(`adapters.${planned.name}`)
    if (state?.state === 'starting') state.state = 'on'
  }
}

async function startPlugin(
  assembly: Assembly,
  { planned, thing }: Assembly['plugins'][number],
  state: PartState,
  log: Log,
): Promise<void> {
  const { name, use, isRequired } = planned
  try {
    const missing = use.needs.filter(port => !assembly.ports[port])
    if (missing.length > 0) throw new HubError('unavailable', `nobody provides ${missing.join(', ')}`)
    if (thing.start) await within(startMs, `starting ${name}`, thing.start())
    state.state = 'on'
  } catch (error) {
    if (isRequired) throw error
    Object.assign(state, { state: 'failed', because: messageOf(error) })
    for (const port of use.provides) delete assembly.ports[port]
    log.error({ part: name, error: messageOf(error) }, 'part could not be started')
  }
}

import type { Issue } from '@switchboard/core'
import { describeJobs, describeParts, silentLog, type JobSwitches, type PartState } from '@switchboard/core/hub'
import type { Environment } from './env.ts'
import type { HubConfig } from './read-config.ts'
import { withSimulated } from './simulators.ts'

/** Which jobs run by themselves: chores in production, and what hub.yaml asks for. */
export function switchesOf({ settings: { HUB_ENV } }: Environment, config: HubConfig): JobSwitches {
  const { isOn, because } = production(HUB_ENV, config.simulated.size > 0)
  return { isOn, because: isOn ? because : `${because}; ask for it with \`on: true\``, byName: config.jobs }
}

function production(said: string | undefined, isSimulated: boolean): { isOn: boolean; because: string } {
  if (said !== undefined) return { isOn: said === 'production', because: `HUB_ENV is ${said}` }
  return isSimulated
    ? { isOn: false, because: 'chores run in production, and vendors are simulated' }
    : { isOn: true, because: 'no vendor is simulated' }
}

/** Jobs that hub.yaml speaks of and no part has; nothing is said while a plugin cannot be made, for it may have them. */
export function unknownJobs(config: HubConfig): Issue[] {
  const said = Object.keys(config.jobs)
  if (said.length === 0) return []
  const parts = withSimulated(config.parts, config.simulated)
  const known = describeJobs(parts, silentLog(), { isOn: true, because: '', byName: {} }).map(({ name }) => name)
  const unknown = said.filter(name => !known.includes(name))
  if (unknown.length === 0 || describeParts(parts, silentLog()).some(isNotMade)) return []
  const message = `there is no job of this name; there are ${known.join(', ')}`
  return unknown.map(name => ({ path: `jobs.${name}`, message }))
}

/** Not even for a look: it failed, or somebody it needs is not there. */
function isNotMade({ kind, state, takesWithIt }: PartState): boolean {
  return kind === 'plugin' && state !== 'on' && takesWithIt.length === 0
}

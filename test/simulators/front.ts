import type { WorldContact } from './contacts.ts'
import { faultsOf } from './faults.ts'
import { fileOf } from './files.ts'
import { apiRoutes, tooMany } from './front-api.ts'
import { controlRoutes } from './front-control.ts'
import { frontDesk, type FrontDesk } from './front-desk.ts'
import { companyOf, type Company, type FrontMessage } from './front-model.ts'
import { rowsOf } from './front-rows.ts'
import { frontWebhooks, type FrontWebhooks } from './front-webhooks.ts'
import { serve, type SimulatorRequest } from './server.ts'
import type { Running, Simulator, SimulatorSettings } from './simulator.ts'

/** A company on Front: its contacts and conversations, sends that are only accepted, events in short pages, and two kinds of webhooks. */
export const frontSimulator: Simulator<RunningFront> = {
  name: 'front',
  options: {
    token: 'front_simulated',
    appSecrets: ['front_app_simulated'],
    companySecrets: ['front_company_simulated'],
    channelId: 'cha_sms',
    importInbox: 'inb_shop',
    perMinute: 6000,
  },
  start: startFront,
}

/** A simulated company that runs. */
export interface RunningFront
  extends Running, FrontDesk, Pick<FrontWebhooks, 'connect' | 'isConnected' | 'setRule' | 'signWith'> {
  /** The files that came with a message, by its uid. */
  filesOf(uid: string): { contentType: string; bytes: Buffer }[]
  /** How many messages there are of an external id that was imported. */
  imports(externalId: string): number
  /** Every contact it has now. */
  contacts(): WorldContact[]
  /** Every message there is now; a send that was only accepted is none. */
  messages(): FrontMessage[]
  /** The API garbles this contact from now on. */
  spoil(contactId: string): void
  /** Contacts say no time of change from now on. */
  hideTimes(): void
  /** Every page leads to itself from now on. */
  stick(): void
  /** What the API was asked, the last thousand requests. */
  requests: readonly SimulatorRequest[]
  /** Links to further pages lead here from now on. */
  linkTo(base: string): void
}

async function startFront(settings: SimulatorSettings): Promise<RunningFront> {
  const faults = faultsOf(settings.seed, settings.faults)
  const company = companyOf(settings.world, settings.seed)
  // Rows are dated by a database whose clock is right; it is the machine that answers or signs whose clock may be wrong.
  const clock = (): Date => new Date(settings.now().getTime() + (faults.strikes('clockSkew') ? faults.get().skewMs : 0))
  const pages = { linkBase: '', isStuck: false, isShifted: () => faults.strikes('shiftedPage') }
  const rows = rowsOf(company, () => pages.linkBase)
  const webhooks = frontWebhooks(settings, { faults, clock, appSecret, companySecret })
  const desk = frontDesk({ company, rows, webhooks, settings })
  const requests: SimulatorRequest[] = []
  const api = {
    ...desk.doors,
    requests,
    company,
    rows,
    pages,
    token,
    clock,
    isExpired: () => faults.strikes('tokenExpired'),
  }
  const run: Omit<RunningFront, 'url' | 'options' | 'close'> = {
    ...desk.run,
    ...{ faults, connect: webhooks.connect, isConnected: webhooks.isConnected },
    ...{ setRule: webhooks.setRule, signWith: webhooks.signWith },
    filesOf: uid => filesOf(company, uid),
    imports: externalId => importsOf(company, externalId),
    contacts: () => [...company.contacts.values()],
    messages: () => [...company.messages.values()],
    spoil: contactId => void company.spoiled.add(contactId),
    hideTimes: () => void (company.isTimeHidden = true),
    stick: () => void (pages.isStuck = true),
    requests,
    linkTo: base => void (pages.linkBase = base),
  }
  const server = await serve({
    ...{ routes: [...apiRoutes(api), ...controlRoutes(run)], faults, port: settings.port },
    tooMany: set => tooMany(set, clock()),
  })
  const { port } = new URL(server.url)
  // The same machine by another name, as a company's own host is beside the API's.
  pages.linkBase = `http://localhost:${port}`
  return {
    ...run,
    url: server.url,
    options: { url: server.url, companyHosts: [`localhost:${port}`] },
    async close() {
      desk.stop()
      await Promise.all([webhooks.close(), server.close()])
    },
  }
}

function importsOf({ messages }: Company, externalId: string): number {
  return [...messages.values()].filter(({ importedAs }) => importedAs === externalId).length
}

function filesOf({ messages }: Company, uid: string): { contentType: string; bytes: Buffer }[] {
  const message = [...messages.values()].find(one => one.uid === uid)
  return (message?.attachments ?? []).map(({ id, contentType }) => ({ contentType, bytes: fileOf(contentType, id) }))
}

const token = String(frontSimulator.options['token'])
const [appSecret = ''] = frontSimulator.options['appSecrets'] as string[]
const [companySecret = ''] = frontSimulator.options['companySecrets'] as string[]

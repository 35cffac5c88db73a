import { existsSync, readFileSync } from 'node:fs'
import { OptionError, z, type Issue } from '@switchboard/core'

const port = z.coerce.number().int().min(0).max(65_535)

/** The settings every install shares. Everything else is in hub.yaml. */
const settings = z.object({
  PORT: port.default(3000),
  GATEWAY_PORT: port.default(3001),
  DATA_DIR: z.string().min(1).default('.data'),
  /** Unset: the hub starts its own Postgres. */
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  /** What vendors call, and sign. Unset: where the hub listens. */
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  HUB_ADMIN_EMAIL: z.string().min(3).default('admin@localhost'),
  HUB_ADMIN_PASSWORD: z.string().min(8, 'needs at least 8 characters').optional(),
  HUB_CONFIG: z.string().min(1).default('config/hub.yaml'),
  /** Whether chores run by themselves. Unset: production when no vendor is simulated. */
  HUB_ENV: z.enum(['production', 'development']).optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  MONGODB_URI: z.string().optional(),
  REDIS_URL: z.string().optional(),
  NATS_URL: z.string().optional(),
})

export type Settings = z.output<typeof settings>

/** The environment: the shared settings, and a reader for the names hub.yaml mentions. */
export interface Environment {
  settings: Settings
  /** The value of a variable, or the contents of the file that `NAME_FILE` names; undefined when neither is set. */
  lookup(name: string): string | undefined
  /** Set where the NO_COLOR convention asks for plain text. */
  isPlain: boolean
}

/**
 * Reads the environment: the only place that does.
 * @throws OptionError with every wrong variable
 */
export function readEnvironment(variables: NodeJS.ProcessEnv = withDotEnv()): Environment {
  const issues: Issue[] = []
  const names = Object.keys(settings.shape)
  const named = Object.fromEntries(names.map(name => [name, valueOf(variables, name, issues)]))
  const read = settings.safeParse(named)
  if (!read.success) issues.push(...read.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })))
  if (!read.success || issues.length > 0) throw new OptionError(issues)
  return {
    settings: read.data,
    lookup: name => lookUp(variables, name),
    isPlain: Boolean(variables.NO_COLOR) || variables.TERM === 'dumb',
  }
}

/** The environment with what a file `.env` of the current directory adds; what is set already stays. */
function withDotEnv(): NodeJS.ProcessEnv {
  if (existsSync('.env')) process.loadEnvFile('.env')
  return process.env
}

/** @throws OptionError when the file that should hold the value is not there */
function lookUp(variables: NodeJS.ProcessEnv, name: string): string | undefined {
  const issues: Issue[] = []
  const value = valueOf(variables, name, issues)
  if (issues.length > 0) throw new OptionError(issues)
  return value
}

function valueOf(variables: NodeJS.ProcessEnv, name: string, issues: Issue[]): string | undefined {
  const value = variables[name]
  if (value) return value
  const file = variables[`${name}_FILE`]
  if (!file) return undefined
  if (existsSync(file)) return readFileSync(file, 'utf8').trim()
  issues.push({ path: `${name}_FILE`, message: `there is no file ${file}` })
  return undefined
}

import { pino, type DestinationStream, type Logger } from 'pino'
import { redact } from '../http/redact.ts'
import type { Log } from '../ports/kit.ts'

/** How much is logged, and where to. */
export interface LogSettings {
  level: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  /** Where the JSON lines go, such as a pretty printer on a terminal. Default: standard output. */
  stream?: DestinationStream
}

/** The log of a hub: a JSON line each, in which no phone, email, body or token can be read. */
export function makeLog({ level, stream }: LogSettings): Log {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime }
  return redacting(stream ? pino(options, stream) : pino(options))
}

/** A log that says nothing. */
export function silentLog(): Log {
  return makeLog({ level: 'silent' })
}

/** Every line and every child goes through here, so that redaction cannot be forgotten. */
function redacting(logger: Logger): Log {
  const write = (level: 'debug' | 'info' | 'warn' | 'error') => (facts: object, phrase: string) => {
    if (logger.isLevelEnabled(level)) logger[level](redact(facts), phrase)
  }
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: facts => redacting(logger.child(redact(facts))),
  }
}

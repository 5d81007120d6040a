import type { Logger } from '@kanalblick/stream'
import { type DestinationStream, pino } from 'pino'
import { describeError } from './errors.ts'

/** Diagnostics as JSON lines on standard error. Errors are reduced to what cannot quote a value (`describeError`). */
export function createLogger(level: 'debug' | 'info' | 'warn' | 'error', destination: DestinationStream = pino.destination({ dest: 2, sync: true })): Logger {
  const log = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers: { error: describeError } }, destination)
  return {
    debug: (message, fields) => log.debug(fields, message),
    info: (message, fields) => log.info(fields, message),
    warn: (message, fields) => log.warn(fields, message),
    error: (message, fields) => log.error(fields, message),
  }
}

/** Structured JSON log on standard output, the same shape from every process. */
import { pino } from 'pino'

export type Log = {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/**
 * Opens the log of one process. Lines carry `level` by name, `time` in ISO 8601, `service`, `pid` and `msg`.
 * Errors go under `err`. Nobody passes an API key, a secret or a payload.
 */
export function openLog(options: { service: string; level: string }): Log {
  return pino({
    level: options.level,
    base: { service: options.service, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  })
}

/**
 * One line a request: method, path, status, milliseconds. Never the query string, which holds tenants and keys.
 * Pages that refresh themselves are logged at debug.
 */
import { createMiddleware } from 'hono/factory'
import type { Log } from '../contracts/log.ts'

export function makeRequestLog(log: Log) {
  return createMiddleware(async (c, next) => {
    const started = performance.now()
    await next()
    const fields = {
      method: c.req.method,
      path: c.req.path.slice(0, 200),
      status: c.res.status,
      ms: Math.round(performance.now() - started),
    }
    if (c.req.header('hx-request') === 'true') log.debug(fields, 'request')
    else log.info(fields, 'request')
  })
}

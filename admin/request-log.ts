/**
 * One line a request: method, path, status, milliseconds. Never the query string, which holds tenants and keys.
 * What is fetched without anybody asking is logged at debug.
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
    if (/^\/(live|assets)\//.test(c.req.path)) log.debug(fields, 'request')
    else log.info(fields, 'request')
  })
}

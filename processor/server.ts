/** What operators and Prometheus ask: `/health`, `/ready`, `/metrics`. */
import type { ProcessorMetrics } from './metrics.ts'
import type { Status } from './status.ts'

export function serve(
  deps: { status: Status; metrics: ProcessorMetrics },
  address: { host: string; port: number },
): { readonly url: string; stop(): Promise<void> } {
  const server = Bun.serve({
    hostname: address.host,
    port: address.port,
    routes: {
      '/health': { GET: () => Response.json({ status: 'ok' }) },
      '/ready': {
        GET: () => {
          const body = deps.status.read()
          return Response.json(body, { status: body.status === 'not ready' ? 503 : 200 })
        },
      },
      '/metrics': {
        GET: async () =>
          new Response(await deps.metrics.text(), {
            headers: { 'Content-Type': deps.metrics.contentType },
          }),
      },
    },
    fetch: () =>
      Response.json(
        { error: { code: 'NOT_FOUND', message: 'There is nothing at this path' } },
        { status: 404 },
      ),
  })
  return { url: `http://${address.host}:${server.port}`, stop: () => server.stop(true) }
}

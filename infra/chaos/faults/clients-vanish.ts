import { anEvent } from '../../harness/builders.ts'
import { openRaw, rawPost } from '../../harness/raw-http.ts'
import { until } from '../../harness/until.ts'
import type { Fault, Target } from '../fault.ts'
import { probeTenant } from '../pulse.ts'

const atOnce = 100
const forMs = 5_000

export const clientsVanish: Fault = {
  name: 'clients-vanish',
  about: `${atOnce} clients at a time begin a request and go away, half of them in its middle, for 5 seconds`,
  holdMs: 0,
  async apply(target) {
    const end = performance.now() + forMs
    while (performance.now() < end) await vanish(target)
  },
  heal: async () => {},
}

async function vanish({ ingest }: Target): Promise<void> {
  const connections = Array.from({ length: atOnce }, (_, i) =>
    openRaw(ingest, aRequest(i % 2 === 0)),
  )
  await until('all are connected', () => connections.every(({ socket }) => !socket.connecting))
  for (const { socket } of connections) socket.resetAndDestroy()
}

function aRequest(whole: boolean): string {
  const body = JSON.stringify(anEvent())
  const headers = [`X-API-Key: ${probeTenant.key}`, `Idempotency-Key: ${crypto.randomUUID()}`]
  return rawPost({ headers, body: whole ? body : body.slice(0, 50), length: body.length })
}

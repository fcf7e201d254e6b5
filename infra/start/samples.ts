/**
 * Five events through the front door, one of them bad, and what Postgres says became of each. Their keys are fresh at
 * every start, so that each start shows five.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { StepFailure } from '../bootstrap/step.mjs'
import { developmentTenants } from '../service.ts'
import { openSql, type Sql } from '../sql.ts'

export type Sample = {
  readonly tenant: keyof typeof developmentTenants
  readonly key: string
  readonly event: Readonly<Record<string, unknown>>
}

/** What became of them, or why none were sent. */
export type SampleReport =
  | { readonly samples: readonly Sample[]; readonly outcomes: readonly Outcome[] }
  | { readonly leftOut: string }

export type Outcome =
  | { readonly is: 'stored' }
  | { readonly is: 'dead' | 'refused'; readonly code: string; readonly sentence: string }

/** Four good events and one without a type. `run` makes keys and ids unique. */
export function sampleEvents(run: string, now: Date): Sample[] {
  const sample = (
    tenant: Sample['tenant'],
    name: string,
    type: string | undefined,
    payload: object,
  ) => ({
    tenant,
    key: `sample-${run}-${name}`,
    event: {
      event_id: `evt_${run}_${name}`,
      ...(type && { event_type: type }),
      schema_version: 1,
      occurred_at: now.toISOString(),
      payload,
    },
  })
  return [
    sample('tenant_a', 'login', 'user_login', { user_id: 'u1' }),
    sample('tenant_a', 'order', 'order_placed', { order_id: 'o1', user_id: 'u1', amount: 49.9 }),
    sample('tenant_a', 'payment', 'payment_succeeded', { order_id: 'o1', amount: 49.9 }),
    sample('tenant_b', 'stock', 'inventory_changed', { sku: 's1', quantity: 41 }),
    sample('tenant_b', 'untyped', undefined, { user_id: 'u2' }),
  ]
}

/**
 * Posts each event and returns what was refused, by its key: whoever has revoked a key of development or made its tenant
 * strict has meant it. Any other answer but 202 is a StepFailure that holds it.
 */
export async function sendSamples(
  ingest: string,
  samples: readonly Sample[],
): Promise<ReadonlyMap<string, Outcome>> {
  const refused = new Map<string, Outcome>()
  for (const { tenant, key, event } of samples) {
    const response = await fetch(`${ingest}/events`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'X-API-Key': developmentTenants[tenant],
        'Idempotency-Key': key,
      },
      body: JSON.stringify(event),
      signal: AbortSignal.timeout(10_000),
    })
    const answer = await response.text()
    const refusal = refusalIn(response.status, answer)
    if (refusal) refused.set(key, refusal)
    else if (response.status !== 202)
      throw new StepFailure(`POST /events answered ${response.status} ${answer.slice(0, 300)}`, {
        advice: 'See .pulse/logs/ingest.log.',
      })
  }
  return refused
}

/** What control can bring about: a key that is revoked, a limit that is used up, a tenant that is strict. */
const refusals: readonly unknown[] = ['UNAUTHORIZED', 'RATE_LIMITED', 'INVALID_EVENT']

function refusalIn(status: number, answer: string): Outcome | undefined {
  if (status < 400 || status >= 500) return undefined
  const { error } = JSON.parse(answer) as { error?: { code?: string; message?: string } }
  if (!refusals.includes(error?.code)) return undefined
  return { is: 'refused', code: error?.code ?? '', sentence: error?.message ?? '' }
}

/** Waits until the ledger accounts for every event that was not refused; outcomes in the order of `samples`. */
export async function awaitOutcomes(
  database: string,
  samples: readonly Sample[],
  refused: ReadonlyMap<string, Outcome>,
  withinMs = 30_000,
): Promise<Outcome[]> {
  const sql = openSql(database)
  try {
    const deadline = performance.now() + withinMs
    for (;;) {
      const found = await Promise.all(
        samples.map((sample) => refused.get(sample.key) ?? outcomeOf(sql, sample)),
      )
      if (found.every((outcome) => outcome !== undefined)) return found
      if (performance.now() > deadline) {
        const missing = found.filter((outcome) => !outcome).length
        throw new StepFailure(`${missing} of ${samples.length} sample events did not arrive.`, {
          advice: 'See .pulse/logs/processor.log.',
        })
      }
      await pause(20)
    }
  } finally {
    await sql.end({ timeout: 5 })
  }
}

async function outcomeOf(sql: Sql, { tenant, key }: Sample): Promise<Outcome | undefined> {
  const [row] = await sql<{ outcome: 'stored' | 'dead'; code: string; sentence: string }[]>`
    select k.outcome, d.code, d.sentence
    from event_keys k left join dead_letters d using (tenant_id, idempotency_key)
    where k.tenant_id = ${tenant} and k.idempotency_key = ${key}`
  if (!row) return undefined
  const { outcome, code, sentence } = row
  return outcome === 'stored' ? { is: 'stored' } : { is: 'dead', code, sentence }
}

/** Each dependency in one cell: up or down in words, how long it took, what it works without. */
import type { Dependency, DependencyName, Health } from './facts.ts'
import { Badge, Foreign, type Tone, Unknown } from './facts-shown.tsx'

const names: Readonly<Record<DependencyName, string>> = {
  ingest: 'Ingest',
  kafka: 'Kafka',
  processor: 'Processor',
  postgres: 'PostgreSQL',
}

const verdicts: Readonly<Record<Health['status'], { tone: Tone; text: string }>> = {
  ok: { tone: 'good', text: 'All dependencies are up' },
  degraded: { tone: 'warn', text: 'Degraded: events are still taken' },
  down: { tone: 'bad', text: 'Down: events cannot be taken' },
}

export function HealthSection({ health }: { health: Health }) {
  const verdict = verdicts[health.status]
  return (
    <section aria-labelledby="health">
      <div class="heading">
        <h2 id="health">Health</h2>
        <Badge tone={verdict.tone}>{verdict.text}</Badge>
      </div>
      <ul class="cells">
        {(Object.keys(names) as DependencyName[]).map((name) => (
          <Cell label={names[name]} of={health.dependencies[name]} />
        ))}
        <RedisCell ingest={health.dependencies.ingest} />
      </ul>
    </section>
  )
}

/** Only ingest talks to Redis: it says whether it has to do without. */
function RedisCell({ ingest }: { ingest: Dependency }) {
  const isTold = ingest.state === 'up' || ingest.reasons !== undefined
  const without = ingest.degraded?.includes('redis') ?? false
  return (
    <li class="cell">
      <span class="label">Redis</span>
      <span class="state">
        {isTold ? (
          <Badge tone={without ? 'warn' : 'good'}>{without ? 'down' : 'up'}</Badge>
        ) : (
          <Unknown />
        )}{' '}
        <span class="quiet">as ingest says</span>
      </span>
      {without && <span class="quiet">repeats are removed by the ledger alone</span>}
    </li>
  )
}

function Cell({ label, of }: { label: string; of: Dependency }) {
  const { error, degraded, reasons = [] } = of
  return (
    <li class="cell">
      <span class="label">{label}</span>
      <DependencyState of={of} />
      {error && <span class="quiet">{error}</span>}
      {reasons.slice(0, 3).map((reason) => (
        <span class="quiet">
          <Foreign text={reason} />
        </span>
      ))}
      {degraded && <span class="quiet">without {degraded.join(', ')}</span>}
    </li>
  )
}

/** Up or down in words, and how long it took to find out. */
export function DependencyState({ of }: { of: Dependency }) {
  const { tone, text } = stateOf(of)
  return (
    <span class="state">
      <Badge tone={tone}>{text}</Badge> <span class="num quiet">{of.ms} ms</span>
    </span>
  )
}

/** A service that answers with its reasons is not down, but does not do its work either. */
export function stateOf(of: Dependency): { tone: Tone; text: string } {
  if (of.paused) return { tone: 'warn', text: 'paused' }
  if (of.state === 'down') return { tone: 'bad', text: of.reasons ? 'not ready' : 'down' }
  return of.degraded ? { tone: 'warn', text: 'degraded' } : { tone: 'good', text: 'up' }
}

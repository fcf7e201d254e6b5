/** The way of the events as a picture: stations, and between them arrows with what goes along them a second. */
import type { Child } from 'hono/jsx'
import { Badge, Num, Rate, type Tone, Unknown } from './facts-shown.tsx'
import { CountOf } from './figures.tsx'
import { stateOf } from './health.tsx'
import type { Pipeline, Verdict } from './pipeline-facts.ts'
import { durationOf } from './time-shown.tsx'
import { VerdictBadge } from './verdict.tsx'

export function FlowSection({ pipeline, verdict }: { pipeline: Pipeline; verdict: Verdict }) {
  const { flow, lag, ingest, processor, deadLetters, group, retentionMs } = pipeline
  return (
    <section aria-labelledby="flow">
      <div class="heading">
        <h2 id="flow">The way of the events</h2>
        <VerdictBadge verdict={verdict} />
        <span class="quiet">
          {flow.overMs === null
            ? 'rates come with the second measurement, within 10 seconds'
            : `rates over the last ${durationOf(flow.overMs)}`}
        </span>
      </div>
      <ol class="flow">
        <Station name="Ingest" state={stateOf(ingest)}>
          <Line of="accepted">
            <Rate value={flow.accepted} />
          </Line>
          <Line of="refused">
            <Rate value={flow.refused} />
          </Line>
        </Station>
        <Arrow words="written" rate={flow.written} />
        <Station name="Kafka" state={kafkaState(pipeline)}>
          <Line of={`${plural(lag.totalLag, 'record')} behind`}>
            <Num value={lag.totalLag} />
          </Line>
          <Line of="records are kept">
            {retentionMs === null ? <Unknown /> : keptFor(retentionMs)}
          </Line>
        </Station>
        <Arrow words="counted" rate={flow.counted} />
        <Station name="Processor" state={stateOf(processor)}>
          <Line of={`${plural(group?.members.length, 'member')} of the group`}>
            <Num value={group?.members.length ?? null} />
          </Line>
          <Line of="duplicates">
            <Rate value={flow.duplicate} />
          </Line>
        </Station>
        <Arrow words="stored" rate={flow.stored} />
        <Station name="PostgreSQL" state={postgresState(pipeline)}>
          <Line of="dead">
            <Rate value={flow.dead} />
          </Line>
          <Line of={`${plural(deadLetters?.open, 'dead letter')} open`}>
            <a href="/dlq?state=open">
              <CountOf counts={deadLetters} which="open" />
            </a>
          </Line>
        </Station>
      </ol>
    </section>
  )
}

type State = { readonly tone: Tone; readonly text: string }

const Station = ({ name, state, children }: { name: string; state: State; children: Child }) => (
  <li class={`station ${state.tone}`}>
    <h3>
      {name} <Badge tone={state.tone}>{state.text}</Badge>
    </h3>
    {children}
  </li>
)

const Line = ({ of, children }: { of: string; children: Child }) => (
  <div>
    {children} <span class="quiet">{of}</span>
  </div>
)

const plural = (count: number | null | undefined, one: string): string =>
  count === 1 ? one : `${one}s`

const Arrow = ({ words, rate }: { words: string; rate: number | null }) => (
  <li class="arrow">
    <Rate value={rate} />
    <svg viewBox="0 0 80 12" preserveAspectRatio="xMaxYMid slice" aria-hidden="true">
      <path d="M-400 6H78M73 1l5 5-5 5" />
    </svg>
    <span class="quiet">{words}</span>
  </li>
)

const keptFor = (ms: number): string =>
  ms === Number.POSITIVE_INFINITY ? 'for ever' : durationOf(ms)

/** What could be read of it says whether it answers. */
const kafkaState = ({ lag }: Pipeline): State =>
  lag.partitions === null ? { tone: 'bad', text: 'no answer' } : { tone: 'good', text: 'answers' }

const postgresState = ({ perMinute }: Pipeline): State =>
  perMinute === null ? { tone: 'bad', text: 'no answer' } : { tone: 'good', text: 'answers' }

/** How far the processors are behind, by partition: in records, in time, and what becomes of it. */
import { SparkLine } from './charts/spark.tsx'
import { Findings } from './conservation.tsx'
import { Badge, Foreign, None, Num, Unknown } from './facts-shown.tsx'
import { type Column, ListTable } from './list-table.tsx'
import type { Lag, PartitionLag, PartitionWatch } from './pipeline-facts.ts'
import { durationOf } from './time-shown.tsx'
import { VerdictBadge } from './verdict.tsx'

type Props = { readonly lag: Lag; readonly watch: readonly PartitionWatch[] }

export function LagSection({ lag, watch }: Props) {
  return (
    <section class="panel" aria-labelledby="lag">
      <div class="heading">
        <h2 id="lag">Lag of {lag.topic}</h2>
        <LagBadge total={lag.totalLag} />
        <span class="quiet">
          log end minus what is counted in PostgreSQL; {lag.group} commits to Kafka after that
        </span>
      </div>
      <Findings findings={lag.findings} />
      {lag.partitions === null ? (
        <p class="quiet">Kafka did not tell which partitions there are.</p>
      ) : (
        <LagTable partitions={lag.partitions} watch={watch} />
      )}
    </section>
  )
}

function LagBadge({ total }: { total: number | null }) {
  if (total === null) return <Badge tone="warn">unknown</Badge>
  return total === 0 ? <Badge tone="good">caught up</Badge> : null
}

const columns: readonly Column[] = [
  'Partition',
  'Lag',
  'Log end',
  'Counted to',
  'Committed',
  ['Verdict', 'left'],
  'Behind by',
  'Drained in',
  'Expires in',
  'Trend',
]

function LagTable({
  partitions,
  watch,
}: {
  partitions: readonly PartitionLag[]
  watch: readonly PartitionWatch[]
}) {
  return (
    <ListTable
      id="lag-table"
      called={{ label: 'Lag by partition' }}
      look="numbers"
      columns={columns}
    >
      {partitions.map((part) => (
        <LagRow part={part} watch={watch.find((one) => one.partition === part.partition)} />
      ))}
    </ListTable>
  )
}

function LagRow({ part, watch }: { part: PartitionLag; watch: PartitionWatch | undefined }) {
  const { partition, logEnd, countedTo, committed, lag } = part
  return (
    <tr>
      <th scope="row">{partition}</th>
      <td>
        <Num value={lag} />
      </td>
      <td>
        <Num value={logEnd} />
      </td>
      <td>
        <Num value={countedTo} />
      </td>
      <td>{committed === 'never' ? <None>never</None> : <Num value={committed} />}</td>
      <td class="left">
        {watch && (
          <span title={watch.why}>
            <VerdictBadge verdict={watch.verdict} />
            {watch.verdict !== 'ok' && (
              <span class="quiet">
                {' '}
                <Foreign text={watch.why} most={200} />
              </span>
            )}
          </span>
        )}
      </td>
      <td>{watch ? <About ms={watch.ageMs} /> : <Unknown />}</td>
      <td>{watch && lag !== 0 && <Drained watch={watch} />}</td>
      <td>{watch && lag !== 0 && <Expires ms={watch.expiresMs} />}</td>
      <td>
        {watch && watch.history.length > 1 && (
          <SparkLine
            values={watch.history}
            title={`Lag of partition ${partition}, the last minutes`}
          />
        )}
      </td>
    </tr>
  )
}

function About({ ms }: { ms: number | null }) {
  if (ms === null) return <Unknown />
  if (ms === 0) return <span class="num">0 s</span>
  return <span class="num">{ms < 1000 ? 'under 1 s' : `about ${durationOf(ms)}`}</span>
}

/** A lag that does not shrink has no end in sight. */
const Drained = ({ watch: { drainMs, verdict } }: { watch: PartitionWatch }) => {
  if (drainMs !== null) return <span class="num">{durationOf(drainMs)}</span>
  return verdict === 'unknown' ? <Unknown /> : <None>not at this pace</None>
}

const soonMs = 24 * 60 * 60 * 1000

function Expires({ ms }: { ms: number | null }) {
  if (ms === null) return <Unknown />
  if (ms === Number.POSITIVE_INFINITY) return <None>never</None>
  if (ms <= 0) return <Badge tone="bad">expiring now</Badge>
  const text = durationOf(ms)
  return ms < soonMs ? <Badge tone="bad">{text}</Badge> : <span class="num">{text}</span>
}

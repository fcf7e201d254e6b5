/** How far the processors are behind, by partition. */
import { Bar } from './bar.tsx'
import { Findings } from './conservation.tsx'
import type { Lag, PartitionLag } from './facts.ts'
import { Badge, None, Num } from './facts-shown.tsx'

export function LagSection({ lag }: { lag: Lag }) {
  return (
    <section aria-labelledby="lag">
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
        <LagTable partitions={lag.partitions} />
      )}
    </section>
  )
}

function LagBadge({ total }: { total: number | null }) {
  if (total === null) return <Badge tone="warn">unknown</Badge>
  return total === 0 ? <Badge tone="good">caught up</Badge> : null
}

function LagTable({ partitions }: { partitions: readonly PartitionLag[] }) {
  const most = Math.max(...partitions.map(({ lag }) => lag ?? 0))
  return (
    <section class="scroll" id="lag-table" aria-label="Lag by partition" tabindex={0}>
      <table class="numbers barred">
        <thead>
          <tr>
            <th scope="col">Partition</th>
            <th scope="col">Lag</th>
            <td class="bars" />
            <th scope="col">Log end</th>
            <th scope="col">Counted to</th>
            <th scope="col">Committed</th>
          </tr>
        </thead>
        <tbody>
          {partitions.map(({ partition, logEnd, countedTo, committed, lag }) => (
            <tr>
              <th scope="row">{partition}</th>
              <td>
                <Num value={lag} />
              </td>
              <td class="bars">
                <Bar parts={[{ value: lag ?? 0 }]} most={most} />
              </td>
              <td>
                <Num value={logEnd} />
              </td>
              <td>
                <Num value={countedTo} />
              </td>
              <td>{committed === 'never' ? <None>never</None> : <Num value={committed} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

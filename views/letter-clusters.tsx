/** Dead letters by what is wrong with them. */
import { Bar } from './charts/bar.tsx'
import { SparkBars } from './charts/spark.tsx'
import { Foreign, None, Num } from './facts-shown.tsx'
import type { Choice } from './form.tsx'
import { addressOf } from './pager.tsx'
import type { LetterCluster, LetterClusters } from './record-facts.ts'
import { Ago } from './time-shown.tsx'

const spans: readonly Choice[] = [
  ['1h', 'the last hour'],
  ['24h', 'the last 24 hours'],
  ['7d', 'the last 7 days'],
  ['30d', 'the last 30 days'],
]

/** What was counted within it is of now. */
const momentMs = 1_000

export function ClustersPanel(props: {
  clusters: LetterClusters | null
  span: string
  given: Readonly<Record<string, string | undefined>>
  now: Date
}) {
  const { clusters, span, given, now } = props
  return (
    <section class="panel" aria-labelledby="clusters">
      <div class="heading">
        <h2 id="clusters">By what is wrong</h2>
        <span class="quiet">
          {spans.map(([value, text], i) => (
            <>
              {i > 0 && ' · '}
              {value === span ? (
                <strong>{text}</strong>
              ) : (
                <a href={addressOf('/dlq', { ...given, span: value })}>{text}</a>
              )}
            </>
          ))}
        </span>
      </div>
      {clusters === null ? (
        <p class="quiet">They could not be counted now. The list below is as it is.</p>
      ) : (
        <>
          <Clusters of={clusters} now={now} />
          {/* The list below is of now: without this, a letter in it that is counted nowhere would look lost. */}
          {now.getTime() - clusters.until.getTime() > momentMs && (
            <p class="quiet">
              Counted <Ago at={clusters.until} now={now} />.
            </p>
          )}
        </>
      )}
    </section>
  )
}

function Clusters({ of: { clusters, letters, most }, now }: { of: LetterClusters; now: Date }) {
  if (clusters.length === 0) return <p class="quiet">None in this time.</p>
  const largest = Math.max(...clusters.map(({ count }) => count))
  return (
    <>
      <section class="scroll" id="clusters-table" aria-labelledby="clusters" tabindex={0}>
        <table class="clusters">
          <thead>
            <tr>
              <th scope="col">Code</th>
              <th scope="col">Where</th>
              <th scope="col">Event type</th>
              <th scope="col" class="right">
                Letters
              </th>
              <td class="bars" />
              <th scope="col" class="right">
                Open
              </th>
              <th scope="col">Trend</th>
              <th scope="col">Last</th>
              <th scope="col">Newest</th>
            </tr>
          </thead>
          <tbody>
            {clusters.map((cluster) => (
              <ClusterRow cluster={cluster} largest={largest} now={now} />
            ))}
          </tbody>
        </table>
      </section>
      {letters >= most && (
        <p class="quiet">
          Of the newest <Num value={most} /> letters; there are more in this time.
        </p>
      )}
    </>
  )
}

function ClusterRow(props: { cluster: LetterCluster; largest: number; now: Date }) {
  const { cluster, largest, now } = props
  const { code, path, eventType, count, open, last, example, trend } = cluster
  const without = [...(path === null ? ['path'] : []), ...(eventType === null ? ['type'] : [])]
  const href = addressOf('/dlq', {
    code,
    path: path ?? undefined,
    type: eventType ?? undefined,
    without: without.join(',') || undefined,
  })
  return (
    <tr>
      <th scope="row">
        <a href={href}>
          <code>
            <Foreign text={code} most={64} />
          </code>
        </a>
      </th>
      <td>{path === null ? <None>nowhere</None> : <Foreign text={path} most={60} />}</td>
      <td>{eventType === null ? <None>no type</None> : <Foreign text={eventType} most={60} />}</td>
      <td class="right">
        <Num value={count} />
      </td>
      <td class="bars">
        <Bar parts={[{ value: count, tone: 'dead' }]} most={largest} />
      </td>
      <td class="right">
        <Num value={open} />
      </td>
      <td>
        <SparkBars
          values={trend}
          title={`${count} over the time, oldest first: ${trend.join(' ')}`}
        />
      </td>
      <td class="tight">
        <Ago at={last} now={now} />
      </td>
      <td>
        <a href={`/dlq/${example}`}>{example}</a>
      </td>
    </tr>
  )
}

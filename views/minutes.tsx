/** What became of events, by minute of receipt: a bar for each minute, and its numbers. */
import { Bar, type Part, Swatch } from './charts/bar.tsx'
import { Num, Unknown } from './facts-shown.tsx'
import type { MinuteCounts } from './pipeline-facts.ts'
import { hourAndMinute } from './time-shown.tsx'

const labels = { stored: 'Stored', duplicate: 'Duplicate', dead: 'Dead' } as const
const outcomes = ['stored', 'duplicate', 'dead'] as const

export function MinutesSection({ minutes }: { minutes: readonly MinuteCounts[] | null }) {
  return (
    <section class="panel" aria-labelledby="minutes">
      <div class="heading">
        <h2 id="minutes">Processed, by minute of receipt</h2>
        <span class="quiet">UTC, the last five minutes and the current one</span>
      </div>
      {minutes === null ? <Unknown /> : <MinutesTable minutes={minutes} />}
    </section>
  )
}

export const processedIn = ({ stored, duplicate, dead }: MinuteCounts): number =>
  stored + duplicate + dead

function MinutesTable({ minutes }: { minutes: readonly MinuteCounts[] }) {
  const most = Math.max(...minutes.map(processedIn))
  return (
    <section class="scroll" id="minutes-table" aria-label="Processed by minute" tabindex={0}>
      <table class="numbers">
        <thead>
          <tr>
            <th scope="col">Minute</th>
            <th scope="col">All</th>
            <td class="bars" />
            {outcomes.map((outcome) => (
              <th scope="col">
                <Swatch tone={outcome} /> {labels[outcome]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {minutes.map((counts, i) => (
            <tr>
              <th scope="row">
                <Minute at={counts.minute} />
                {i === 0 && <span class="quiet"> so far</span>}
              </th>
              <td>
                <Num value={processedIn(counts)} />
              </td>
              <td class="bars">
                <Bar parts={partsOf(counts)} most={most} />
              </td>
              {outcomes.map((outcome) => (
                <td>
                  <Num value={counts[outcome]} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

const partsOf = (counts: MinuteCounts): Part[] =>
  outcomes.map((tone) => ({ tone, value: counts[tone] }))

const Minute = ({ at }: { at: Date }) => (
  <time class="num" datetime={at.toISOString()}>
    {hourAndMinute(at)}
  </time>
)

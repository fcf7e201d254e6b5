/** What happens at ingest's door: taken, repeated, limited, and what is refused, by code. */
import type { Door } from './facts.ts'
import { Foreign, Num, Unknown } from './facts-shown.tsx'
import { Exact } from './time-shown.tsx'

export function DoorPanel({ door }: { door: Door | null }) {
  return (
    <section class="panel" aria-labelledby="door">
      <div class="heading">
        <h2 id="door">At the door</h2>
        {door?.since && (
          <span class="quiet">
            at INGEST_URL, since it started <Exact at={door.since} />
          </span>
        )}
      </div>
      {door === null ? <Unknown /> : <DoorCounts door={door} />}
    </section>
  )
}

function DoorCounts({ door: { accepted, duplicate, refusals } }: { door: Door }) {
  return (
    <>
      <p class="quiet">
        <Num value={accepted} /> accepted, <Num value={duplicate} /> answered as repeats,{' '}
        {refusals.length === 0 ? 'nothing refused.' : 'and refused:'}
      </p>
      {refusals.length > 0 && (
        <ul class="legend" id="refusals">
          {refusals.map(({ code, count }) => (
            <li>
              <code>
                <Foreign text={code} most={40} />
              </code>
              <Num value={count} />
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

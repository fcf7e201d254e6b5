/** The tables that follow events: how far each is, and why one stands still. */

import { Badge, Foreign, None, Num, type Tone, Unknown } from './facts-shown.tsx'
import { ListTable } from './list-table.tsx'
import type { ProjectionState } from './pipeline-facts.ts'
import { Ago } from './time-shown.tsx'

type Props = { projections: readonly ProjectionState[] | null; now: Date }

export function ProjectionsSection({ projections, now }: Props) {
  return (
    <section class="panel" aria-labelledby="projections">
      <div class="heading">
        <h2 id="projections">Projections</h2>
        <span class="quiet">tables that follow stored events; none of them holds up the store</span>
      </div>
      {projections === null ? (
        <Unknown />
      ) : (
        <ProjectionsTable projections={projections} now={now} />
      )}
    </section>
  )
}

const columns = [
  'Projection',
  'State',
  'Behind, in records',
  'Applied',
  'Left out',
  'Moved',
] as const

function ProjectionsTable({
  projections,
  now,
}: {
  projections: readonly ProjectionState[]
  now: Date
}) {
  if (projections.length === 0) return <p class="quiet">No processor runs any.</p>
  return (
    <ListTable
      id="projections-table"
      called={{ label: 'Projections' }}
      look="numbers"
      columns={columns}
    >
      {projections.map((projection) => (
        <Rows projection={projection} now={now} />
      ))}
    </ListTable>
  )
}

function Rows({ projection, now }: { projection: ProjectionState; now: Date }) {
  const { name, behind, applied, unfit, unfitWhy, missed, pausedWhy, movedAt } = projection
  const { tone, text } = stateOf(projection)
  const notes = [pausedWhy, unfitWhy && `left out last: ${unfitWhy}`].filter(
    (note) => note !== null,
  )
  return (
    <>
      <tr>
        <th scope="row">{name}</th>
        <td>
          <Badge tone={tone}>{text}</Badge>
        </td>
        <td>
          <Num value={behind} />
        </td>
        <td>
          <Num value={applied} />
        </td>
        <td>{unfit === 0 ? <None /> : <Num value={unfit} />}</td>
        <td>
          <Ago at={movedAt} now={now} />
        </td>
      </tr>
      {missed > 0 && (
        <tr class="note">
          <td colspan={6}>
            <Num value={missed} /> events or fewer were dropped before it read them
          </td>
        </tr>
      )}
      {notes.map((note) => (
        <tr class="note">
          <td colspan={columns.length}>
            <Foreign text={note} most={600} />
          </td>
        </tr>
      ))}
    </>
  )
}

function stateOf(projection: ProjectionState): { tone: Tone; text: string } {
  const { phase, behind, missed, pausedAt } = projection
  if (pausedAt !== null) return { tone: 'bad', text: 'paused' }
  if (phase === 'history') return { tone: 'warn', text: 'reads history' }
  if (missed > 0) return { tone: 'bad', text: 'misses events' }
  return behind === 0 ? { tone: 'good', text: 'caught up' } : { tone: 'plain', text: 'follows' }
}

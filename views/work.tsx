/** How a processor works: its batches, and how long the store takes for one. */

import { Num, Rate, Unknown } from './facts-shown.tsx'
import { Fields } from './fields.tsx'
import type { Work } from './pipeline-facts.ts'

export function WorkFigures({ work }: { work: Work | null }) {
  if (work === null) return <p class="quiet">Its batches are unknown while it does not answer.</p>
  return (
    <Fields
      fields={[
        ['Batches, 5 minutes', <Rate value={work.batchesPerSecond} />],
        ['Records in a batch', <Rounded value={work.recordsPerBatch} />],
        ['Stored within, half', <Ms value={work.storeP50Ms} idle={work.batchesPerSecond === 0} />],
        ['Stored within, 95 %', <Ms value={work.storeP95Ms} idle={work.batchesPerSecond === 0} />],
      ]}
    />
  )
}

const Rounded = ({ value }: { value: number | null }) =>
  value === null ? <span class="none">no batch</span> : <Num value={Math.round(value)} />

/** Without batches there is no time that one took. */
function Ms({ value, idle }: { value: number | null; idle: boolean }) {
  if (value !== null) return <span class="num">{`${value.toFixed(value < 10 ? 1 : 0)} ms`}</span>
  return idle ? <span class="none">no batch</span> : <Unknown />
}

/** What the metrics and the counts say in the end. */
import { ask, processorMetrics, type ShownPulse } from '../shown-pulse.ts'
import type { Stage } from '../stage.ts'

export async function closing(pulse: ShownPulse, stage: Stage): Promise<void> {
  await stage.heading('Metrics and counts')
  const metrics = await processorMetrics(pulse)
  const processed = [...metrics].filter(([series]) => series.startsWith('events_processed_total'))
  stage.show(processed.map(([series, value]) => `${series} ${value}`).join('\n'))
  await stage.check(
    'every record is counted, with one outcome',
    async () => {
      const { conservation } = (await ask(pulse, '/admin/overview')).body
      return conservation.closes && conservation.inFlight === 0 && conservation
    },
    ({ logEnd, firstOffset, stored, duplicate, dead, skipped }) =>
      `${logEnd - firstOffset} = ${stored} stored + ${duplicate} duplicate + ${dead} dead + ${skipped} skipped`,
  )
}

/** That everything runs which the rest needs. */
import { ask, type ShownPulse } from '../shown-pulse.ts'
import type { Stage } from '../stage.ts'

export async function services(pulse: ShownPulse, stage: Stage): Promise<void> {
  await stage.heading('Services')
  const isReady = async (url: string) => (await fetch(`${url}/ready`)).ok && url
  await stage.check('ingest takes events', () => isReady(pulse.ingest), String)
  for (const processor of pulse.processors)
    await stage.check('the processor does its work', () => isReady(processor), String)
  await stage.check(
    'Kafka and PostgreSQL answer the admin',
    async () => {
      const { dependencies } = (await ask(pulse, '/admin/health')).body
      const both = [dependencies.kafka, dependencies.postgres]
      return both.every(({ state }) => state === 'up') && pulse.admin
    },
    String,
  )
}

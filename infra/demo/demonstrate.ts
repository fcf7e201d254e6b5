/** Seed 003's demonstration, from the services to the counts. */
import { closing } from './scenarios/closing.ts'
import { deadLetter } from './scenarios/dead-letter.ts'
import { happyPath } from './scenarios/happy-path.ts'
import { idempotency } from './scenarios/idempotency.ts'
import { services } from './scenarios/services.ts'
import type { ShownPulse } from './shown-pulse.ts'
import type { Stage } from './stage.ts'

/** Resolves with the exit code: 0 when every check has passed. */
export async function demonstrate(pulse: ShownPulse, stage: Stage): Promise<number> {
  await services(pulse, stage)
  const sent = await happyPath(pulse, stage)
  await idempotency(pulse, stage, sent)
  await deadLetter(pulse, stage)
  await closing(pulse, stage)
  const { passed, failed } = stage.outcome
  await stage.heading(failed.length === 0 ? `All ${passed} checks passed` : 'Checks failed')
  for (const what of failed) stage.say(what)
  return failed.length === 0 ? 0 : 1
}

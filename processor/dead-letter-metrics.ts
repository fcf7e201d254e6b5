/** Dead letters on their way to their topic, for Prometheus. */
import { Counter, Gauge, type Registry } from 'prom-client'
import type { ObserveMirror } from './mirror.ts'

export type DeadLetterMetrics = {
  published(letters: number): void
  /** How many are not published; undefined when it could not be measured. */
  unpublished(letters: number | undefined): void
  readonly mirrored: ObserveMirror
}

export function deadLetterMetrics(registry: Registry): DeadLetterMetrics {
  const registers = [registry]
  const published = new Counter({
    name: 'pulse_processor_dead_letters_published_total',
    help: 'Dead letters sent to their topic',
    registers,
  })
  const unpublished = new Gauge({
    name: 'pulse_processor_dead_letters_unpublished',
    help: 'Dead letters in the database that are not on their topic yet, counted up to 10000; no value: not known',
    registers,
  })
  unpublished.remove()
  const mirrored = new Counter({
    name: 'pulse_processor_dead_letters_mirrored_total',
    help: 'Dead letters for the list in Redis, by whether they were written to it',
    labelNames: ['outcome'],
    registers,
  })
  for (const outcome of ['written', 'failed']) mirrored.inc({ outcome }, 0)
  return {
    published: (letters) => published.inc(letters),
    unpublished(letters) {
      if (letters === undefined) unpublished.remove()
      else unpublished.set(letters)
    },
    mirrored: (outcome, letters) => mirrored.inc({ outcome }, letters),
  }
}

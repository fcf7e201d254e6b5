/** Every fault, in the order in which they run. The first six are those of `--quick`. */
import type { Fault } from '../fault.ts'
import { adminKilled } from './admin-killed.ts'
import { ingestKilled } from './ingest-killed.ts'
import { kafkaKilled } from './kafka-killed.ts'
import { postgresKilled } from './postgres-killed.ts'
import { processorKilled } from './processor-killed.ts'
import { redisEmptied } from './redis-emptied.ts'

export const faults: readonly Fault[] = [
  ingestKilled,
  processorKilled,
  adminKilled,
  kafkaKilled,
  postgresKilled,
  redisEmptied,
]

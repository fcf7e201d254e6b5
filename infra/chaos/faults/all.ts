/** Every fault, in the order in which they run. The first six are those of `--quick`. */
import type { Fault } from '../fault.ts'
import { adminKilled } from './admin-killed.ts'
import { backendsTerminated } from './backends-terminated.ts'
import { clientsVanish } from './clients-vanish.ts'
import { connectionsExhausted } from './connections-exhausted.ts'
import { countedBeyondLog } from './counted-beyond-log.ts'
import { dayMissing } from './day-missing.ts'
import { deadLetterTopicRefuses } from './dead-letter-topic-refuses.ts'
import { diskFull } from './disk-full.ts'
import { everythingKilled } from './everything-killed.ts'
import { ingestFull } from './ingest-full.ts'
import { ingestKilled } from './ingest-killed.ts'
import { ingestStopped } from './ingest-stopped.ts'
import { kafkaFrozen } from './kafka-frozen.ts'
import { kafkaKilled } from './kafka-killed.ts'
import { linkFaults } from './links.ts'
import { offsetsReset } from './offsets-reset.ts'
import { oneKeyTwoIngests } from './one-key-two-ingests.ts'
import { partitionsAdded } from './partitions-added.ts'
import { poisonEverywhere } from './poison-everywhere.ts'
import { postgresKilled } from './postgres-killed.ts'
import { processorFrozen } from './processor-frozen.ts'
import { processorKilled } from './processor-killed.ts'
import { processorsComeAndGo } from './processors-come-and-go.ts'
import { redisEmptied } from './redis-emptied.ts'
import { redisFrozen } from './redis-frozen.ts'
import { redisFull } from './redis-full.ts'
import { redisScriptsFlushed } from './redis-scripts-flushed.ts'
import { secondIngestKilled } from './second-ingest-killed.ts'
import { serialisationFailures } from './serialisation-failures.ts'
import { tableLocked } from './table-locked.ts'
import { topicRecreated } from './topic-recreated.ts'

export const faults: readonly Fault[] = [
  ingestKilled,
  processorKilled,
  adminKilled,
  kafkaKilled,
  postgresKilled,
  redisEmptied,
  ingestStopped,
  processorFrozen,
  kafkaFrozen,
  redisFrozen,
  redisFull,
  redisScriptsFlushed,
  ingestFull,
  clientsVanish,
  oneKeyTwoIngests,
  secondIngestKilled,
  backendsTerminated,
  connectionsExhausted,
  tableLocked,
  serialisationFailures,
  dayMissing,
  diskFull,
  processorsComeAndGo,
  partitionsAdded,
  offsetsReset,
  countedBeyondLog,
  poisonEverywhere,
  deadLetterTopicRefuses,
  topicRecreated,
  everythingKilled,
  ...linkFaults,
]

/**
 * What Kafka, Postgres and Redis are told however they are run: natively, or in containers by compose.yml, which a test
 * holds against this table. For development: one broker, so one replica of everything.
 */
const mebibytes = (n: number) => n * 1024 * 1024

export const kafkaSettings: Readonly<Record<string, string | number | boolean>> = {
  'process.roles': 'broker,controller',
  'node.id': 1,
  'controller.listener.names': 'CONTROLLER',
  'default.replication.factor': 1,
  'offsets.topic.replication.factor': 1,
  'offsets.topic.num.partitions': 4,
  'transaction.state.log.replication.factor': 1,
  'transaction.state.log.min.isr': 1,
  'transaction.state.log.num.partitions': 4,
  'share.coordinator.state.topic.replication.factor': 1,
  'share.coordinator.state.topic.min.isr': 1,
  'group.initial.rebalance.delay.ms': 0,
  'auto.create.topics.enable': false,
  // Above the largest topic setting of the contract, with room for a batch's overhead.
  'message.max.bytes': mebibytes(9),
  'replica.fetch.max.bytes': mebibytes(9),
  // The default of 128 MiB would be a quarter of the heap.
  'log.cleaner.dedupe.buffer.size': mebibytes(16),
}

export const kafkaHeap = '-Xmx512m -Xms256m'

export const postgresSettings: Readonly<Record<string, string>> = {
  max_connections: '200',
  shared_buffers: '256MB',
  max_wal_size: '2GB',
}

export const redisSettings: Readonly<Record<string, string>> = {
  appendonly: 'yes',
  // The append-only file is enough; a snapshot would fork at moments of its own choosing.
  save: '',
  'maxmemory-policy': 'noeviction',
}

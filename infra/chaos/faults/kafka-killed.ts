import type { Fault } from '../fault.ts'
import { kill } from '../kill.ts'

export const kafkaKilled: Fault = {
  name: 'kafka-killed',
  about: 'Kafka gets kill -9; three seconds later it starts with its data',
  apply: (target) => kill(target, 'kafka'),
  heal: (target) => target.start('kafka'),
}

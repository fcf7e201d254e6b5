import type { Fault } from '../fault.ts'
import { kill } from '../kill.ts'

const farBeyond = 1_000_000

export const countedBeyondLog: Fault = {
  name: 'counted-beyond-log',
  about:
    'the processor gets kill -9; a partition is counted beyond the end of its log, as after a Kafka that was set back, and it starts; ten seconds later the count is right again',
  holdMs: 10_000,
  async apply(target) {
    await kill(target, 'processor')
    await target.sql`
      update pipeline_offsets set counted_to = counted_to + ${farBeyond}, skipped = skipped + ${farBeyond}
       where partition = 0`
    await target.start('processor')
  },
  async heal({ sql }) {
    const [others] = await sql<{ stored: boolean }[]>`
      select max(updated_at) > clock_timestamp() - interval '3 s' as stored
        from pipeline_offsets where partition <> 0`
    if (!others?.stored) throw new Error('the other partitions stood still as well')
    const put = await sql`
      update pipeline_offsets set counted_to = counted_to - ${farBeyond}, skipped = skipped - ${farBeyond}
       where partition = 0 and updated_at < clock_timestamp() - interval '9 s'`
    if (put.count !== 1) throw new Error('the partition was counted further: nothing was broken')
  },
}

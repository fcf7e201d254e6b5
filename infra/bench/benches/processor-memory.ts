/** Whether the processor's memory stays flat while a million events drain. */
import { until } from '../../harness/until.ts'
import { openSql } from '../../sql.ts'
import type { Bench, Metric, Sample } from '../bench.ts'
import { type Drain, openBacklog, startProcessor } from '../drain.ts'
import type { Place } from '../place.ts'
import { memory } from '../processes.ts'
import { countedRecords } from '../stored.ts'

const quarters = ['first', 'second', 'third', 'last'] as const
const sampleMs = 250

const memoryOf = (quarter: string): Metric => ({
  name: `memory, ${quarter} quarter`,
  unit: 'MiB',
  better: 'lower',
})

export const bench: Bench = {
  about: `A million distinct valid events, about 400 bytes each, that lie in Kafka (six partitions) before the processor starts, into
a fresh database; one processor as it ships. _Memory_ is what is resident, read four times a second: the most while each
quarter of the events is stored, the start of the process being in the first. Flat is when the last quarter has what the
second one had.`,
  metrics: [{ name: 'rows', unit: '1/s', better: 'higher' }, ...quarters.map(memoryOf)],
  pairs: [],

  async open(place, { quick }) {
    const backlog = await openBacklog(place, quick ? 100_000 : 1_000_000)
    const run = () => backlog.inFreshDatabase((drain) => draining(place, drain))
    return {
      contenders: ['Pulse'],
      settings: backlog.settings,
      versions: backlog.versions,
      warmUp: async () => void (await run()),
      run,
    }
  },
}

async function draining(place: Place, drain: Drain): Promise<Sample> {
  const sql = openSql(drain.database)
  const processor = await startProcessor(place, drain, 'memory', {})
  const started = performance.now()
  let most = 0
  const timer = setInterval(() => {
    most = Math.max(most, memory({ processor: processor.pid }).processor ?? 0)
  }, sampleMs)
  const sample: Record<string, number> = {}
  try {
    for (const [at, quarter] of quarters.entries()) {
      most = 0
      const least = ((at + 1) * drain.events) / quarters.length
      const stored = async () => (await countedRecords(sql)) >= least
      await until(`the ${quarter} quarter is stored`, stored, 600_000)
      sample[memoryOf(quarter).name] = most
    }
    return { rows: (1000 * drain.events) / (performance.now() - started), ...sample }
  } finally {
    clearInterval(timer)
    await processor.stop()
    await sql.end()
  }
}

/** Whether ingest's memory stays flat: ten minutes without a pause, near the most that it can do. */
import type { Bench, Metric, Sample } from '../bench.ts'
import { startIngest } from '../doors.ts'
import { openFront } from '../front.ts'
import { load } from '../load.ts'
import { frontVersions } from '../machine.ts'
import { costMetrics, observed } from '../observed.ts'
import { memory } from '../processes.ts'

const shareOfPeak = 0.8
const sampleMs = 1000

const lower = (name: string, unit: string): Metric => ({ name, unit, better: 'lower' })

export const bench: Bench = {
  about: `Pulse's ingest at four fifths of the events that it and the load generator can do together on this machine, which the
warm-up finds out; then at once one run after the other, without a pause: five runs are ten minutes. _Memory_ is what is
resident, read every second: at the beginning of a run, at most in it, and at its end. Flat is when the last run has what
the first one had.`,
  metrics: [
    { name: 'events', unit: '1/s', better: 'higher' },
    lower('not accepted', 'events'),
    ...['at first', 'at most', 'at last'].map((when) => lower(`memory ${when}`, 'MiB')),
    lower('CPU server', 's/M events'),
    lower('others', '% of a core'),
  ],
  pairs: [],

  async open(place, { quick }) {
    const seconds = quick ? 5 : 120
    const peakSeconds = quick ? 3 : 10
    const front = await openFront(place)
    const door = await startIngest(place, front)
    const { url } = door
    let peak = 0
    const run = async (): Promise<Sample> => {
      const perSecond = Math.round(shareOfPeak * peak)
      const read = () => memory(place.pids())[door.name] ?? 0
      const seen = [read()]
      const timer = setInterval(() => seen.push(read()), sampleMs)
      const { done, cost } = await observed(place, () => load(place, { url, perSecond, seconds }))
      clearInterval(timer)
      return {
        events: done.perSecond,
        'not accepted': done.notAccepted,
        'memory at first': seen[0] ?? 0,
        'memory at most': Math.max(...seen),
        'memory at last': read(),
        ...costMetrics(cost, done.cpuSeconds, done.accepted, door.name),
      }
    }
    return {
      contenders: ['Pulse'],
      settings: { 'seconds a run': seconds, 'of peak': shareOfPeak },
      versions: frontVersions(),
      warmUp: async () => {
        const all = await load(place, { url, perSecond: 100_000, seconds: peakSeconds })
        peak = all.perSecond
      },
      run,
    }
  },
}

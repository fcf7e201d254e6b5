/** Processes that read a topic and tell of each batch, as `processor/reading.bench.ts` and `contenders/crab.ts` do. */
import { endsWithParent, type Launch } from '../launch.ts'
import { withoutServiceSettings } from '../plain-environment.ts'
import type { Environment } from '../service.ts'

/** What the readers of one group have read together. */
export type Progress = {
  /** By partition, the offset behind what was read. */
  readonly next: Map<number, number>
  /** As often as they were read. */
  records: number
  /** When the first and the last batch were told of, in the clock of `performance.now()`. */
  firstMs: number | undefined
  lastMs: number
}

export const noProgress = (): Progress => ({
  ...{ next: new Map(), records: 0 },
  ...{ firstMs: undefined, lastMs: 0 },
})

/** Distinct records, in a topic whose logs begin at 0 and have no gaps. */
export const readOnce = ({ next }: Progress): number =>
  [...next.values()].reduce((sum, each) => sum + each, 0)

export type Reader = {
  readonly pid: number
  /** Whether it has read anything itself. */
  hasRead(): boolean
  /** With -9; resolves when it is gone. */
  kill(): Promise<void>
}

export function startReader(
  command: Launch['command'],
  env: Environment,
  log: string,
  progress: Progress,
): Reader {
  const child = Bun.spawn(endsWithParent(command, 'SIGKILL'), {
    env: { ...withoutServiceSettings(process.env), ...env },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: Bun.file(log),
  })
  let hasRead = false
  const told = async () => {
    const decoder = new TextDecoder()
    let rest = ''
    for await (const bytes of child.stdout) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines.filter((line) => ofBatch.test(line))) {
        hasRead = true
        take(line, progress)
      }
    }
  }
  void told()
  return {
    pid: child.pid,
    hasRead: () => hasRead,
    async kill() {
      child.kill('SIGKILL')
      await child.exited
    },
  }
}

/** A client's library may write what it likes as well. */
const ofBatch = /^\d+ \d+ \d+$/

function take(line: string, progress: Progress): void {
  const [partition = 0, next = 0, records = 0] = line.split(' ').map(Number)
  progress.next.set(partition, Math.max(next, progress.next.get(partition) ?? 0))
  progress.records += records
  progress.lastMs = performance.now()
  progress.firstMs ??= progress.lastMs
}

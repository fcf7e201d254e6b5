/**
 * Records of one partition between the fetch that brings them and the batch that takes them. In order; bounded by
 * bytes and count: a full queue is left out of the next fetch, so a slow store slows reading.
 */
import type { IncomingRecord } from './decode.ts'

const mostBytes = 8 * 1024 * 1024
const mostRecords = 20_000

export class PartitionQueue {
  #records: IncomingRecord[] = []
  #bytes = 0
  #arrived: (() => void) | undefined

  /** Whether another fetch may bring records. */
  get hasRoom(): boolean {
    return this.#bytes < mostBytes && this.#records.length < mostRecords
  }

  /** The first record, which stays where it is; undefined when there is none. */
  get oldest(): IncomingRecord | undefined {
    return this.#records[0]
  }

  push(records: readonly IncomingRecord[]): void {
    for (const record of records) {
      this.#records.push(record)
      this.#bytes += sizeOf(record)
    }
    if (this.#records.length > 0) this.#arrived?.()
  }

  clear(): void {
    this.#records = []
    this.#bytes = 0
  }

  /** The next records in order, at least one, as soon as there are any; none when the signal is given. */
  async take(most: number, signal: AbortSignal): Promise<readonly IncomingRecord[]> {
    // Again when what arrived is cleared before it is taken: no records means that the signal is given.
    while (this.#records.length === 0 && !signal.aborted) await this.#arrival(signal)
    if (signal.aborted) return []
    const taken = this.#records.splice(0, most)
    for (const record of taken) this.#bytes -= sizeOf(record)
    return taken
  }

  #arrival(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const done = () => {
        this.#arrived = undefined
        signal.removeEventListener('abort', done)
        resolve()
      }
      this.#arrived = done
      signal.addEventListener('abort', done)
    })
  }
}

const sizeOf = (record: IncomingRecord): number =>
  (record.value?.length ?? 0) + (record.key?.length ?? 0) + 128

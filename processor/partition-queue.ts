/**
 * Records of one partition between the fetch that brings them and the batch that takes them. In order; bounded by
 * what they take of memory: a full queue is left out of the next fetch, so a slow store slows reading.
 */
import type { IncomingRecord } from './decode.ts'

/** Of memory. A fetch may bring more than there is room for. */
const mostBytes = 8 * 1024 * 1024
/** Of memory, for what is made of a record beside its bytes: two views, headers, a number of 64 bits. Roughly. */
const recordBytes = 600

/** The most that one batch may have. */
export type BatchBounds = {
  readonly records: number
  /** Of keys and values. */
  readonly bytes: number
}

export class PartitionQueue {
  #records: IncomingRecord[] = []
  /** Of keys and values. */
  #bytes = 0
  #arrived: (() => void) | undefined

  /** Whether another fetch may bring records. */
  get hasRoom(): boolean {
    return this.#bytes + recordBytes * this.#records.length < mostBytes
  }

  /** The first record, which stays where it is; undefined when there is none. */
  get oldest(): IncomingRecord | undefined {
    return this.#records[0]
  }

  /** Returns how many bytes of keys and values were added. */
  push(records: readonly IncomingRecord[]): number {
    const bytesBefore = this.#bytes
    for (const record of records) {
      this.#records.push(record)
      this.#bytes += sizeOf(record)
    }
    if (this.#records.length > 0) this.#arrived?.()
    return this.#bytes - bytesBefore
  }

  clear(): void {
    this.#records = []
    this.#bytes = 0
  }

  /** The next records in order, at least one, as soon as there are any; none when the signal is given. */
  async take(most: BatchBounds, signal: AbortSignal): Promise<readonly IncomingRecord[]> {
    // Again when what arrived is cleared before it is taken: no records means that the signal is given.
    while (this.#records.length === 0 && !signal.aborted) await this.#arrival(signal)
    if (signal.aborted) return []
    const taken = this.#records.splice(0, this.#within(most))
    for (const record of taken) this.#bytes -= sizeOf(record)
    return taken
  }

  /** How many of the first records are within the bounds; the first one always is. */
  #within({ records, bytes }: BatchBounds): number {
    let left = bytes
    const tooMany = this.#records.findIndex((record, at) => {
      left -= sizeOf(record)
      return at >= records || (left < 0 && at > 0)
    })
    return tooMany < 0 ? this.#records.length : tooMany
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
  (record.value?.length ?? 0) + (record.key?.length ?? 0)

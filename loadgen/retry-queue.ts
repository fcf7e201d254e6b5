/**
 * Things with a time at which they are due, the earliest first, and of one time in the order in which they came (a
 * binary heap). Pure but for what it holds.
 */
export type RetryQueue<T> = {
  add(dueMs: number, item: T): void
  /** When the earliest is due; Infinity when there is none. */
  next(): number
  /** The earliest. */
  peek(): T | undefined
  /** Takes the earliest. */
  take(): T | undefined
  size(): number
}

export function makeRetryQueue<T>(): RetryQueue<T> {
  const heap: { dueMs: number; added: number; item: T }[] = []
  let added = 0
  const due = (at: number): number => heap[at]?.dueMs ?? Number.POSITIVE_INFINITY

  const isBefore = (a: number, b: number): boolean => {
    const [first, second] = [heap[a], heap[b]]
    if (first === undefined || second === undefined) return first !== undefined
    return first.dueMs === second.dueMs ? first.added < second.added : first.dueMs < second.dueMs
  }

  const swap = (a: number, b: number): void => {
    const [first, second] = [heap[a], heap[b]]
    if (first === undefined || second === undefined) return
    heap[a] = second
    heap[b] = first
  }

  const rise = (from: number): void => {
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >> 1
      if (!isBefore(at, parent)) return
      swap(at, parent)
      at = parent
    }
  }

  const sink = (from: number): void => {
    for (let at = from; ; ) {
      const left = 2 * at + 1
      const child = isBefore(left + 1, left) ? left + 1 : left
      if (!isBefore(child, at)) return
      swap(at, child)
      at = child
    }
  }

  return {
    add(dueMs, item) {
      heap.push({ dueMs, added: added++, item })
      rise(heap.length - 1)
    },
    next: () => due(0),
    peek: () => heap[0]?.item,
    take() {
      const first = heap[0]
      const last = heap.pop()
      if (heap.length > 0 && last !== undefined) {
        heap[0] = last
        sink(0)
      }
      return first?.item
    },
    size: () => heap.length,
  }
}

/**
 * One deadline for many: each member is told when it has waited so long. One timer for all of them, so a member may be
 * told up to `sweepMs` late; it costs a few nanoseconds to wait.
 */
export type Deadlines<T> = {
  begin(member: T): void
  /** Ends the wait; false when it had ended already. */
  end(member: T): boolean
}

const sweepMs = 100

export function makeDeadlines<T>(afterMs: number, onPassed: (member: T) => void): Deadlines<T> {
  // A Map keeps the order of insertion, so the first ones are due first.
  const waiting = new Map<T, number>()
  let timer: NodeJS.Timeout | undefined

  function sweep(): void {
    const due = performance.now()
    for (const [member, deadline] of waiting) {
      if (deadline > due) break
      onPassed(member)
    }
    if (waiting.size > 0) return
    clearInterval(timer)
    timer = undefined
  }

  return {
    begin(member) {
      waiting.set(member, performance.now() + afterMs)
      timer ??= setInterval(sweep, sweepMs)
    },
    end: (member) => waiting.delete(member),
  }
}

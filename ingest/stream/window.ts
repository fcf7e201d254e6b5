/**
 * How many events a stream may have open: as many as a batch has at the admission at once, and fewer when verdicts take
 * longer than they should. Many streams that all fill their window would otherwise wait for each other beyond the answer
 * deadline, and be told to repeat what is on its way. Pure.
 */
export const mostOpen = 1_000

/** So few are no queue. */
const leastOpen = 100
/** Verdicts that come within that are quick enough. */
const wantedMs = 500

/** @param lagMs how long the events that came last had to wait for their verdicts */
export const windowFor = (lagMs: number): number =>
  lagMs <= wantedMs ? mostOpen : Math.max(leastOpen, Math.floor((mostOpen * wantedMs) / lagMs))

/** A worker that took requests for this long was well: the next one is started at once. */
export const longLifeMs = 30_000

/**
 * How long to wait before a worker is replaced, in milliseconds: nothing after a long life, and ever longer, up to 10 s,
 * while those that replace each other die young.
 * @param diedYoung how many did so in a row
 */
export const replacementDelayMs = (diedYoung: number): number =>
  diedYoung === 0 ? 0 : Math.min(100 * 2 ** Math.min(diedYoung - 1, 10), 10_000)

/** Tells all who listen; one who fails at it has gone, and is not told again. */
export function tellAll<Told extends readonly unknown[]>(
  listeners: Set<(...told: Told) => void>,
  ...told: Told
): void {
  for (const tell of listeners) {
    try {
      tell(...told)
    } catch {
      listeners.delete(tell)
    }
  }
}

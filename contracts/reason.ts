/**
 * Why something failed, in one sentence for people: an error's own message and what lies at its bottom (`cause`, or
 * the last of `errors`), once each. Clients wrap: "fetch failed 2 times" alone helps nobody.
 */
export function reasonOf(error: unknown): string {
  const messages: string[] = []
  const seen = new Set<unknown>()
  for (
    let next = error;
    next !== undefined && next !== null && !seen.has(next);
    next = beneath(next)
  ) {
    seen.add(next)
    const message = (next instanceof Error ? next.message : String(next)).replace(/\.$/, '')
    if (message !== '' && !messages.includes(message)) messages.push(message)
  }
  return messages.join(': ')
}

function beneath(error: unknown): unknown {
  const { cause, errors } = error as { cause?: unknown; errors?: unknown }
  return Array.isArray(errors) && errors.length > 0 ? errors.at(-1) : cause
}

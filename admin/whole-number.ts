/** A parameter that is a whole number from 1 to `most`; `otherwise` when it is not given, undefined when it is wrong. */
export function wholeNumberOf(
  text: string | undefined,
  { otherwise, most }: { otherwise: number; most: number },
): number | undefined {
  if (text === undefined) return otherwise
  const number = /^\d{1,9}$/.test(text) ? Number(text) : 0
  return number >= 1 && number <= most ? number : undefined
}

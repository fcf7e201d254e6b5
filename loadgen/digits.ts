/**
 * Texts that are the same each time but for numbers of a fixed width, as bytes: filled in by copying the text and
 * writing the digits, which costs a fraction of building a string. Pure.
 */
export type Template = {
  readonly bytes: Uint8Array
  /** Where the numbers end, and how many digits they have, in the order of the text. */
  readonly fields: readonly { readonly end: number; readonly width: number }[]
}

/** A run of `mark` in the text stands for a number with that many digits. */
export function makeTemplate(text: string, mark = '#'): Template {
  const bytes = Buffer.from(text)
  // As many characters as bytes, so that places in the one are places in the other.
  const runs = [...bytes.toString('latin1').matchAll(new RegExp(`${mark}+`, 'g'))]
  const fields = runs.map(({ index, 0: { length } }) => ({ end: index + length, width: length }))
  return { bytes, fields }
}

/** Writes the template at `at`, with the last digits of a value for each of its fields; returns where it ends. */
export function fill(
  { bytes, fields }: Template,
  values: readonly number[],
  into: Buffer,
  at: number,
): number {
  into.set(bytes, at)
  for (let i = 0; i < fields.length; i++) {
    const field = fields[i]
    if (field !== undefined) writeDigits(into, at + field.end, field.width, values[i] ?? 0)
  }
  return at + bytes.length
}

const zero = 0x30
const largestInt32 = 0x7fffffff

/** Writes the last `width` digits of a whole number, with zeros in front, so that they end at `end`. */
export function writeDigits(into: Buffer, end: number, width: number, value: number): void {
  let rest = value
  let at = end - 1
  // Division is an integer's, and several times faster, below 2^31.
  for (; rest > largestInt32 && at >= end - width; at--) {
    into[at] = zero + (rest % 10)
    rest = Math.floor(rest / 10)
  }
  for (rest |= 0; at >= end - width; at--) {
    const tenth = (rest / 10) | 0
    into[at] = zero + rest - 10 * tenth
    rest = tenth
  }
}

/** How many digits a whole number has. */
export function digitsOf(value: number): number {
  let width = 1
  for (let rest = value; rest >= 10; rest /= 10) width++
  return width
}

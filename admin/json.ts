/**
 * Writes JSON in which text that already is JSON stays as it is: `JSON.parse` and `JSON.stringify` would round a
 * 20-digit integer. Whoever makes a `RawJson` answers for its text being one valid JSON value.
 */
export class RawJson {
  constructor(text: string) {
    this.text = text
  }
  readonly text: string
}

export function writeJson(value: unknown): string {
  if (value instanceof RawJson) return value.text
  if (Array.isArray(value)) return `[${value.map(writeJson).join(',')}]`
  if (typeof value !== 'object' || value === null || value instanceof Date)
    return JSON.stringify(value) ?? 'null'
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([name, member]) => `${JSON.stringify(name)}:${writeJson(member)}`)
  return `{${members.join(',')}}`
}

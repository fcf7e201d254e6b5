/**
 * JSON text as indented lines, each with the JSON pointer (RFC 6901) of the value that begins on it. Numbers, escapes and
 * names stay as they were written. Pure; null for what is not JSON, is nested deeper than 100, or has too many lines.
 */
import { prettyJson } from './pretty-json.ts'

export type JsonLine = {
  readonly text: string
  /** Undefined on a line that only closes something. */
  readonly pointer: string | undefined
}

const mostLines = 20_000

type Open = { readonly pointer: string; readonly isArray: boolean; next: number }

export function jsonLines(json: string): readonly JsonLine[] | null {
  const texts = prettyJson(json).split('\n')
  if (texts.length > mostLines) return null
  const open: Open[] = []
  const lines: JsonLine[] = []
  for (const text of texts) {
    const trimmed = text.trim()
    if (/^[\]}],?$/.test(trimmed)) {
      open.pop()
      lines.push({ text, pointer: undefined })
      continue
    }
    const parent = open.at(-1)
    const [name, value] = parent && !parent.isArray ? memberOf(trimmed) : [undefined, trimmed]
    if (parent && !parent.isArray && name === undefined) return null
    const pointer = parent ? `${parent.pointer}/${escaped(name ?? String(parent.next++))}` : ''
    lines.push({ text, pointer })
    if (value === '{' || value === '[') open.push({ pointer, isArray: value === '[', next: 0 })
  }
  return open.length === 0 ? lines : null
}

/** The name of a member, as it is meant, and its value. */
function memberOf(line: string): [name: string | undefined, value: string] {
  const found = /^("(?:[^"\\]|\\.)*"): (.*)$/s.exec(line)
  if (found === null) return [undefined, line]
  try {
    return [JSON.parse(found[1] ?? '') as string, found[2] ?? '']
  } catch {
    return [undefined, line]
  }
}

const escaped = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')

export type Marked = { readonly pointer: string; readonly message: string }

/**
 * What is said about each line: about the value that begins there, or about one that is missing in it.
 * What is about no line at all is said about the first.
 */
export function messagesByLine(
  lines: readonly JsonLine[],
  marks: readonly Marked[],
): ReadonlyMap<number, readonly string[]> {
  const lineOf = new Map(
    lines.flatMap(({ pointer }, i) => (pointer === undefined ? [] : [[pointer, i] as const])),
  )
  const found = new Map<number, string[]>()
  for (const { pointer, message } of marks) {
    let at = pointer
    while (at !== '' && !lineOf.has(at)) at = at.slice(0, at.lastIndexOf('/'))
    const line = lineOf.get(at) ?? 0
    found.set(line, [...(found.get(line) ?? []), message])
  }
  return found
}

/**
 * Indents JSON text without parsing it, so that every number, escape and repeated name stays as it was written. Pure.
 * Where the result would be more than `mostTimes` as long, or nests deeper than 100, the text is returned as it is.
 */
export function prettyJson(text: string, mostTimes = 8): string {
  const most = text.length * mostTimes + 1000
  let out = ''
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string
    if (char === '"') {
      const end = stringEnd(text, i)
      out += text.slice(i, end)
      i = end - 1
    } else if (char === '{' || char === '[') {
      const next = afterSpace(text, i + 1)
      if (text[next] === '}' || text[next] === ']') {
        out += char + text[next]
        i = next
      } else out += char + newLine(++depth)
    } else if (char === '}' || char === ']') out += newLine(--depth) + char
    else if (char === ',') out += char + newLine(depth)
    else if (char === ':') out += ': '
    else if (!isSpace(char)) out += char
    if (out.length > most || depth > 100) return text
  }
  return out
}

function stringEnd(text: string, start: number): number {
  let i = start + 1
  while (i < text.length && text[i] !== '"') i += text[i] === '\\' ? 2 : 1
  return i + 1
}

function afterSpace(text: string, start: number): number {
  let i = start
  while (isSpace(text[i] ?? '')) i++
  return i
}

const isSpace = (char: string): boolean =>
  char === ' ' || char === '\n' || char === '\r' || char === '\t'

const newLine = (depth: number): string => `\n${'  '.repeat(Math.max(depth, 0))}`

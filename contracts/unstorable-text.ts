/**
 * Where a parsed JSON value holds text that Postgres refuses in `jsonb` and `text`: U+0000, or a surrogate without
 * its other half. Returns the JSON pointer (RFC 6901) of one such text, of the object whose key it is, or undefined.
 * Iterative: a deeply nested value must not exhaust the stack. Cheap when there is nothing to find: paths are made
 * only for what was found.
 */
export function unstorableText(value: unknown): string | undefined {
  if (typeof value === 'string') return isUnstorable(value) ? '' : undefined
  if (typeof value !== 'object' || value === null) return undefined
  const pending: Node[] = [{ value, parent: undefined, key: '' }]
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    for (const key in node.value) {
      if (isUnstorable(key)) return pointerTo(node)
      const child = (node.value as Record<string, unknown>)[key]
      if (typeof child === 'string') {
        if (isUnstorable(child)) return `${pointerTo(node)}/${escapePointer(key)}`
      } else if (typeof child === 'object' && child !== null)
        pending.push({ value: child, parent: node, key })
    }
  }
  return undefined
}

/** An object or array on the way, with the way back up. */
type Node = { readonly value: object; readonly parent: Node | undefined; readonly key: string }

function pointerTo(node: Node): string {
  const keys: string[] = []
  for (let at = node; at.parent !== undefined; at = at.parent) keys.push(escapePointer(at.key))
  return keys
    .reverse()
    .map((key) => `/${key}`)
    .join('')
}

const isUnstorable = (text: string): boolean => text.includes('\0') || !text.isWellFormed()

const escapePointer = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1')

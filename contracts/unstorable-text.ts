/**
 * Where a parsed JSON value holds text that Postgres refuses in `jsonb` and `text`: U+0000, or a surrogate without
 * its other half. Returns the JSON pointer (RFC 6901) of the first one, the value's own path for a bad key, or
 * undefined. Iterative: a deeply nested value must not exhaust the stack.
 */
export function unstorableText(value: unknown): string | undefined {
  const pending: { value: unknown; path: string }[] = [{ value, path: '' }]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (typeof next.value === 'string') {
      if (isUnstorable(next.value)) return next.path
    } else if (typeof next.value === 'object' && next.value !== null) {
      const children: { value: unknown; path: string }[] = []
      for (const [key, child] of Object.entries(next.value)) {
        if (isUnstorable(key)) return next.path
        if (typeof child === 'string' || typeof child === 'object')
          children.push({ value: child, path: `${next.path}/${escapePointer(key)}` })
      }
      // One by one: a spread puts every child on the stack.
      for (const child of children.reverse()) pending.push(child)
    }
  }
  return undefined
}

const isUnstorable = (text: string): boolean => text.includes('\0') || !text.isWellFormed()

const escapePointer = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1')

/** Builders for tests. */
import type { Body } from './response.ts'

/** A body among other bytes, as it comes. */
export function bodyOf(text: string): Body {
  const bytes = Buffer.from(`<${text}>`)
  return { bytes, start: 1, end: bytes.length - 1 }
}

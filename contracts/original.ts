/**
 * What a record's bytes are to a reader: JSON when they parse, else text when they are UTF-8, else bytes. Pure.
 * With `part`, the bytes are only a beginning: never JSON, and a character cut in two at the end is left out.
 */
export type Original =
  | { readonly kind: 'json'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bytes'; readonly base64: string }

export function readOriginal(bytes: Uint8Array, part = false): Original {
  const text = utf8(bytes, part)
  if (text === undefined) return { kind: 'bytes', base64: Buffer.from(bytes).toString('base64') }
  return !part && isJson(text) ? { kind: 'json', text } : { kind: 'text', text }
}

function utf8(bytes: Uint8Array, part: boolean): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, {
      stream: part,
    })
  } catch {
    return undefined
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

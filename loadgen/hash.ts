/**
 * MurmurHash3 in its 32-bit form, seed 0 (Austin Appleby, public domain): whether two bodies are the same, for the
 * journal. Here and not the runtime's own hash, which wants a view of the bytes: one object for each event. Pure.
 */
export function hashOf(bytes: Buffer, start: number, end: number): number {
  const whole = end - ((end - start) & 3)
  let hash = 0
  for (let at = start; at < whole; at += 4) {
    hash ^= scrambled(bytes.readInt32LE(at))
    hash = (hash << 13) | (hash >>> 19)
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0
  }
  let rest = 0
  for (let at = end - 1; at >= whole; at--) rest = (rest << 8) | (bytes[at] ?? 0)
  hash ^= scrambled(rest) ^ (end - start)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

function scrambled(word: number): number {
  const mixed = Math.imul(word, 0xcc9e2d51)
  return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593)
}

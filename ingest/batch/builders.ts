/** Builders for tests of batches: bodies in chunks, and what a splitter made of them in words. */
import { below } from '../../contracts/builders.ts'
import type { Split, SplitLimits, Splitter } from './split.ts'

export const generous: SplitLimits = { events: 10_000, eventBytes: 262_144 }

/** The bytes cut at random places into up to nine chunks, some of them empty. */
export function inChunks(bytes: Buffer, random: () => number): Buffer[] {
  const cuts = Array.from({ length: below(9, random) }, () => below(bytes.length + 1, random))
  const edges = [0, ...cuts.sort((a, b) => a - b), bytes.length]
  return edges.slice(1).map((end, i) => Buffer.from(bytes.subarray(edges[i], end)))
}

export const byteByByte = (bytes: Buffer): Buffer[] =>
  Array.from(bytes, (byte) => Buffer.from([byte]))

export function splitAll(splitter: Splitter, chunks: readonly Buffer[]): Split {
  for (const chunk of chunks) if (!splitter.write(chunk)) break
  return splitter.end()
}

/** An event as its text, another piece as its code; of a refused whole `code: message`. */
export const inWords = (split: Split): string | readonly string[] =>
  split.kind === 'refused'
    ? `${split.code}: ${split.message}`
    : split.pieces.map((piece) => (piece.kind === 'event' ? piece.bytes.toString() : piece.code))

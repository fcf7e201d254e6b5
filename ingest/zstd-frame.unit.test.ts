import { expect, test } from 'bun:test'
import { constants, zstdCompressSync } from 'node:zlib'
import { below } from '../contracts/builders.ts'
import { seeded } from '../contracts/seeded.ts'
import { inChunks } from './batch/builders.ts'
import { ZstdFrame } from './zstd-frame.ts'

const isWhole = (chunks: readonly Uint8Array[]): boolean => {
  const frame = new ZstdFrame()
  for (const chunk of chunks) frame.write(chunk)
  return frame.whole()
}

/** Text, noise, runs and nothing, of sizes up to some blocks, with and without a checksum and a content size. */
function aFrame(random: () => number): Buffer {
  const size = [0, 1, 200, 3000, 70_000, 300_000][below(6, random)] ?? 0
  const kinds = [
    () => Buffer.alloc(size, 'x'),
    () => Buffer.from(Array.from({ length: size }, () => below(256, random))),
    () => Buffer.from(`{"a":${'"bc",'.repeat(size / 5)}`),
  ]
  return zstdCompressSync(kinds[below(3, random)]?.() ?? '', {
    params: {
      [constants.ZSTD_c_checksumFlag]: below(2, random),
      [constants.ZSTD_c_contentSizeFlag]: below(2, random),
      [constants.ZSTD_c_compressionLevel]: 1 + below(5, random),
    },
  })
}

test('a frame is whole at its last byte and not before or behind it, for 100 frames in random chunks', () => {
  const random = seeded(1)
  for (let i = 0; i < 100; i++) {
    const frame = aFrame(random)
    expect(isWhole(inChunks(frame, random))).toBe(true)
    const cut = frame.subarray(0, below(frame.length, random))
    expect(isWhole(inChunks(cut, random))).toBe(false)
    expect(isWhole(inChunks(frame.subarray(0, -1), random))).toBe(false)
    const more = Buffer.concat([frame, Buffer.from('x')])
    expect(isWhole(inChunks(more, random))).toBe(false)
    expect(isWhole(inChunks(Buffer.concat([frame, frame]), random))).toBe(false)
  }
})

test('nothing is no frame', () => {
  expect(isWhole([])).toBe(false)
})

test.each([0, 1, 2, 3])('a dictionary id of %p is passed over', (flag) => {
  const id = [0, 1, 2, 4][flag] ?? 0
  // Magic number, descriptor without a window, content size of one byte, one raw block of two bytes that is the last.
  const frame = [0x28, 0xb5, 0x2f, 0xfd, 0x20 | flag, ...Array(id).fill(7), 2, 0x11, 0, 0, 1, 2]
  expect(isWhole([Buffer.from(frame)])).toBe(true)
  expect(isWhole([Buffer.from(frame.slice(0, -1))])).toBe(false)
})

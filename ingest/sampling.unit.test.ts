import { expect, test } from 'bun:test'
import { makeSampling } from './sampling.ts'

const low = '0'.repeat(32)
const high = 'f'.repeat(32)
const ofRatio = (ratio: number) => (traceId: string) =>
  Number.parseInt(traceId.slice(0, 8), 16) < ratio * 0xffffffff

test.each([
  ['always_on', { root: true, sampled: true, unsampled: true }],
  ['always_off', { root: false, sampled: false, unsampled: false }],
  ['traceidratio', { root: true, sampled: true, unsampled: true }],
  ['parentbased_always_on', { root: true, sampled: true, unsampled: false }],
  ['parentbased_always_off', { root: false, sampled: true, unsampled: false }],
  ['parentbased_traceidratio', { root: true, sampled: true, unsampled: false }],
] as const)('%p records %p', (tracesSampler, expected) => {
  const isRecorded = makeSampling({ tracesSampler, tracesSamplerRatio: 0.5 }, ofRatio)
  expect({
    root: isRecorded(low, undefined),
    sampled: isRecorded(low, true),
    unsampled: isRecorded(low, false),
  }).toEqual(expected)
})

test.each(['traceidratio', 'parentbased_traceidratio'] as const)(
  '%p leaves out what is not in the ratio',
  (tracesSampler) => {
    const isRecorded = makeSampling({ tracesSampler, tracesSamplerRatio: 0.5 }, ofRatio)
    expect(isRecorded(high, undefined)).toBe(false)
  },
)

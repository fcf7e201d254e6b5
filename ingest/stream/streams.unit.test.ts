import { expect, test } from 'bun:test'
import type { StreamEnd } from './event-stream.ts'
import { makeStreams } from './streams.ts'

const aStream = () => {
  const ends: StreamEnd[] = []
  return { ends, attend() {}, end: (why: StreamEnd) => void ends.push(why) }
}

test('a stop ends every stream, and is over when the last one is', async () => {
  const streams = makeStreams()
  const [one, other] = [aStream(), aStream()]
  const [oneLeaves, otherLeaves] = [streams.add(one), streams.add(other)]
  let isDrained = false
  const drained = streams.drain().then(() => {
    isDrained = true
  })
  expect([one.ends, other.ends]).toEqual([['stopping'], ['stopping']])
  oneLeaves()
  await Promise.resolve()
  expect(isDrained).toBe(false)
  otherLeaves()
  await drained
})

test('without a stream a stop is over at once, and ends at once who comes then', async () => {
  const streams = makeStreams()
  await streams.drain()
  const late = aStream()
  streams.add(late)()
  expect(late.ends).toEqual(['stopping'])
})

test('who has left is not ended', async () => {
  const streams = makeStreams()
  const gone = aStream()
  streams.add(gone)()
  await streams.drain()
  expect(gone.ends).toEqual([])
})

import { expect, test } from 'bun:test'
import { aSleep } from './builders.ts'
import { makeLive, mostWatchers } from './live.ts'

function aLive(render: () => Promise<string> = async () => 'x') {
  let rendered = 0
  const { sleep, pass, asleep } = aSleep()
  const live = makeLive(
    () => {
      rendered++
      return render()
    },
    { everyMs: 1000, sleep },
  )
  const watch = () => {
    const heard: string[] = []
    return { heard, stop: live.watch((content) => heard.push(content)) }
  }
  return { live, watch, pass, asleep, rendered: () => rendered }
}

test('what many watch is measured once', async () => {
  const { watch, pass, rendered } = aLive()
  const viewers = Array.from({ length: 100 }, watch)
  await pass()
  await pass()
  expect(rendered()).toBe(2)
  expect(viewers.every(({ heard }) => heard.length === 2)).toBe(true)
})

test('nothing is measured when the last has gone, and it begins again with the next', async () => {
  const { watch, pass, asleep, rendered } = aLive()
  const { stop } = watch()
  await pass()
  stop?.()
  await pass()
  expect([rendered(), asleep()]).toEqual([1, 0])
  const { heard } = watch()
  await pass()
  expect(heard).toEqual(['x'])
})

test('one who fails is not told again, and the others are', async () => {
  const { live, watch, pass } = aLive()
  let told = 0
  live.watch(() => {
    told++
    throw new Error('gone')
  })
  const { heard } = watch()
  await pass()
  await pass()
  expect([told, heard.length]).toEqual([1, 2])
})

test('what could not be measured is not told, and the next is', async () => {
  let broken = true
  const { watch, pass } = aLive(async () => {
    if (broken) throw new Error('broken')
    return 'whole'
  })
  const { heard } = watch()
  await pass()
  broken = false
  await pass()
  expect(heard).toEqual(['whole'])
})

test('there is a bound to those who watch', () => {
  const { watch } = aLive()
  const stops = Array.from({ length: mostWatchers + 1 }, () => watch().stop)
  expect(stops.filter((stop) => stop === undefined)).toHaveLength(1)
})

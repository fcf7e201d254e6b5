import { expect, test } from 'bun:test'
import { aDeadLetter, NOW } from './builders.ts'
import { exportLetters } from './export-letters.ts'
import type { Store } from './store.ts'

const secondsAgo = (n: number) => new Date(NOW.getTime() - n * 1000)

/** Letters that failed so many seconds ago; a question takes so long that a page is over after three slices. */
function aStore(ages: readonly number[]): Pick<Store, 'lettersBetween' | 'lettersBack'> {
  const all = ages.map((age, i) => {
    const failedAt = secondsAgo(age)
    const id = ages.length - i
    const cursor = `${failedAt.toISOString().replace('Z', '000Z')}_${id}`
    return aDeadLetter({ id, failedAt, cursor, code: `C${i % 2}` })
  })
  const between = (from: Date, to: Date) =>
    all.filter(({ failedAt }) => failedAt >= from && failedAt <= to)
  return {
    lettersBack: async (from, to) => {
      await Bun.sleep(90)
      // A slice has at most three letters.
      return between(from, to)[2]?.failedAt ?? null
    },
    lettersBetween: async ({ code, before }, { from, to, limit }) =>
      between(from, to)
        .filter((letter) => code === undefined || letter.code === code)
        .filter(({ cursor }) => before === undefined || cursor < `${before.at}_${before.id}`)
        .slice(0, limit),
  }
}

const read = async (stream: ReadableStream<Uint8Array>) =>
  (await new Response(stream).text())
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line).id)

const range = { from: undefined, to: undefined }

test('every page of it is there, once and newest first', async () => {
  const ages = Array.from({ length: 50 }, (_, n) => n)
  const store = aStore(ages)
  const ids = ages.map((n) => 50 - n)
  expect(await read(exportLetters(store, {}, range, NOW))).toEqual(ids)
})

test('pages on which nothing fits end nothing', async () => {
  const ages = Array.from({ length: 30 }, (_, n) => n)
  const store = aStore(ages)
  const only: typeof store = {
    ...store,
    lettersBetween: async (filter, slice) =>
      (
        await store.lettersBetween({ ...filter, code: undefined }, { ...slice, limit: 99 }, 1)
      ).filter(({ id }) => id === 1),
  }
  expect(await read(exportLetters(only, { code: 'C1' }, range, NOW))).toEqual([1])
})

test('a store that goes away breaks it off: what ends well is whole', async () => {
  const store = aStore(Array.from({ length: 50 }, (_, n) => n))
  let pages = 0
  const breaking: typeof store = {
    ...store,
    lettersBetween: async (...asked) => {
      if (++pages > 1) throw new Error('gone')
      return await store.lettersBetween(...asked)
    },
  }
  const reader = exportLetters(breaking, {}, range, NOW).getReader()
  const first = await reader.read()
  expect(new TextDecoder().decode(first.value).trimEnd().split('\n')).toHaveLength(20)
  await expect(reader.read()).rejects.toThrow('gone')
})

import { expect, test } from 'bun:test'
import { gunzipSync } from 'node:zlib'
import { assets, once } from './files.ts'

test('every asset is there, compressed and not', async () => {
  for (const { read } of Object.values(assets)) {
    const { plain, gzipped } = await read()
    expect(plain.length).toBeGreaterThan(100)
    expect(gunzipSync(gzipped)).toEqual(Buffer.from(plain))
  }
})

test('an asset for ever has a path of its own content or version', () => {
  for (const { path } of Object.values(assets))
    expect(path).toMatch(/^\/docs\/([0-9a-f]{12}|swagger-ui-\d+\.\d+\.\d+)\/[a-z-]+\.(js|css)$/)
})

test('what is asked for at once is read once', async () => {
  let reads = 0
  const read = once(async () => Buffer.from(String(++reads)))
  const [one, two] = await Promise.all([read(), read()])
  expect(await read()).toBe(one)
  expect(two).toBe(one)
  expect(reads).toBe(1)
})

test('after a failure the next one tries again', async () => {
  let reads = 0
  const read = once(async () => {
    if (++reads === 1) throw new Error('gone for a moment')
    return Buffer.from('content')
  })
  await expect(read()).rejects.toThrow('gone for a moment')
  expect(String((await read()).plain)).toBe('content')
})

test('the etag says which content it is', async () => {
  const etagOf = async (text: string) => (await once(async () => Buffer.from(text))()).etag
  expect(await etagOf('a')).toBe(await etagOf('a'))
  expect(await etagOf('a')).not.toBe(await etagOf('b'))
})

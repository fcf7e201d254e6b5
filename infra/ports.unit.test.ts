import { expect, test } from 'bun:test'
import { choosePort, choosePorts } from './ports.ts'

const takenBySystem =
  (...ports: number[]) =>
  async (port: number) =>
    !ports.includes(port)

test('the preferred port is chosen when it is free', async () => {
  expect(await choosePort(5432, new Set(), takenBySystem())).toBe(5432)
})

test('a taken port gives way to the next free one', async () => {
  expect(await choosePort(5432, new Set(), takenBySystem(5432, 5433))).toBe(5434)
})

test('two services never get the same port', async () => {
  const preferred = { ingest: 8080, admin: 8081, processor: 8082 }
  const chosen = await choosePorts(preferred, takenBySystem(8080))
  expect(chosen).toEqual({ ingest: 8081, admin: 8082, processor: 8083 })
})

test('nothing free is an error, not a wrong port', async () => {
  await expect(choosePort(65_530, new Set(), async () => false)).rejects.toThrow(
    'no free port from 65530',
  )
})

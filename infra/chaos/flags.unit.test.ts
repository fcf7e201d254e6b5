import { expect, test } from 'bun:test'
import { faults } from './faults/all.ts'
import { readFlags } from './flags.ts'

const names = (args: readonly string[]) => {
  const wanted = readFlags(args, faults)
  return wanted.is === 'run' ? wanted.faults.map(({ name }) => name) : wanted
}

test('without names every fault is run', () => {
  expect(names([])).toEqual(faults.map(({ name }) => name))
})

test('--quick runs the kills of each service and store', () => {
  expect(names(['--quick'])).toEqual([
    'ingest-killed',
    'processor-killed',
    'admin-killed',
    'kafka-killed',
    'postgres-killed',
    'redis-emptied',
  ])
})

test('names choose faults', () => {
  expect(names(['redis-emptied', 'ingest-killed', '--quick'])).toEqual([
    'ingest-killed',
    'redis-emptied',
  ])
})

test('--mode chooses the way in that the load takes', () => {
  expect(readFlags(['redis-emptied', '--mode', 'cloudevents'], faults)).toMatchObject({
    faults: [{ name: 'redis-emptied' }],
    mode: 'cloudevents',
  })
  expect(readFlags(['--mode', 'single', '--quick'], faults)).toMatchObject({ quick: true })
  expect(readFlags([], faults)).toMatchObject({ mode: 'single' })
  for (const args of [['--mode'], ['--mode', '--quick'], ['--mode', 'nonsense']])
    expect(readFlags(args, faults)).toMatchObject({
      is: 'wrong',
      problems: ['--mode must be one of single, batch, ndjson, cloudevents, websocket, grpc'],
    })
})

test('a name that no fault has is told with those there are', () => {
  expect(readFlags(['nonsense'], faults)).toMatchObject({
    is: 'wrong',
    problems: [expect.stringContaining("'nonsense' is no fault; there are: ingest-killed")],
  })
})

test('every fault has a name of its own', () => {
  expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length)
})

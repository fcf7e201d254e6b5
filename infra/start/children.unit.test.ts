import { expect, test } from 'bun:test'
import { inStopOrder, isLogOfChild } from './children.ts'

test('the front door closes first and the stores last', () => {
  const started = ['redis', 'postgres', 'kafka', 'ingest', 'processor', 'admin']
  const stopped = ['ingest', 'processor', 'admin', 'kafka', 'redis', 'postgres']
  expect(inStopOrder(started)).toEqual(stopped)
})

test('a name that the order does not know is stopped last', () => {
  expect(inStopOrder(['other', 'kafka'])).toEqual(['kafka', 'other'])
})

test('instances of a service are stopped with it', () => {
  const started = ['kafka', 'processor-2', 'admin', 'processor']
  expect(inStopOrder(started)).toEqual(['processor-2', 'processor', 'admin', 'kafka'])
})

test('every instance has a log of its own, and those of the start before are left', () => {
  for (const file of ['kafka.log', 'processor.log', 'processor-2.log', 'processor-12.log'])
    expect([file, isLogOfChild(file)]).toEqual([file, true])
  for (const file of ['processor-2.previous.log', 'kafka.previous.log', 'bundle.log', 'test-1'])
    expect([file, isLogOfChild(file)]).toEqual([file, false])
})

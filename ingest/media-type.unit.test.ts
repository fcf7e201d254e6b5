import { describe, expect, test } from 'bun:test'
import { batchFormatOf, eventFormatOf } from './media-type.ts'

describe('content type', () => {
  test.each([
    'application/json',
    'Application/JSON',
    'application/json;charset=utf-8',
    'application/json; charset=utf-8',
    'application/json ; charset="UTF-8"',
    'application/json;',
    'application/json ',
  ])('%p is JSON', (contentType) => {
    expect(eventFormatOf(contentType)).toBe('event')
  })

  test.each([
    '',
    'json',
    'text/plain',
    'text/json',
    'application/jsonp',
    'application/x-ndjson',
    'application/json, text/plain',
    'text/plain; application/json',
    'application/json; charset=utf-16',
    'application/json; charset=iso-8859-1',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
  ])('%p is refused', (contentType) => {
    expect(eventFormatOf(contentType)).toBeUndefined()
  })
})

test.each([
  'application/cloudevents+json',
  'application/cloudevents+json; charset=UTF-8',
  'Application/CloudEvents+JSON',
])('%p is a CloudEvent in its JSON format', (contentType) => {
  expect(eventFormatOf(contentType)).toBe('cloudevent')
})

test.each([
  'application/cloudevents',
  'application/cloudevents+avro',
  'application/cloudevents-batch+json',
  'application/cloudevents+json; charset=utf-16',
  'application/cloudeventsxjson',
])('%p is no format of an event that is taken', (contentType) => {
  expect(eventFormatOf(contentType)).toBeUndefined()
})

describe('a batch', () => {
  test.each([
    ['application/json', 'array'],
    ['application/json; charset=utf-8', 'array'],
    ['application/x-ndjson', 'lines'],
    ['Application/X-NDJSON ; charset=UTF-8', 'lines'],
    ['application/x-ndjson; charset=utf-16', undefined],
    ['application/x-ndjson, application/json', undefined],
    ['application/cloudevents-batch+json', 'cloudevents'],
    ['application/cloudevents-batch+json; charset=utf-8', 'cloudevents'],
    ['application/cloudevents+json', undefined],
    ['application/cloudevents-batch+avro', undefined],
    ['text/plain', undefined],
    ['', undefined],
  ] as const)('of type %p is read as %p', (contentType, format) => {
    expect(batchFormatOf(contentType)).toBe(format)
  })
})

test('a type that is mostly white space costs nothing', () => {
  const before = process.cpuUsage()
  const types = ['application/json', 'application/x-ndjson', 'application/cloudevents-batch+json']
  for (const type of [...types, 'application/json;charset=utf-8'])
    for (let i = 0; i < 20; i++)
      expect(batchFormatOf(`${type}${' '.repeat(60_000)}x`)).toBeUndefined()
  // Of this process alone: a clock counts what a busy machine does meanwhile.
  expect(process.cpuUsage(before).user).toBeLessThan(500_000)
})

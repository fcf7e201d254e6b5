/**
 * The examples of the JSON event format (CloudEvents 1.0, section 3.2): each event, and the same one "re-encoded using
 * HTTP Binary Content Mode" as the specification writes it.
 */
import { expect, test } from 'bun:test'
import { acceptBinary } from '../accept.ts'
import { aContext } from '../builders.ts'
import { acceptable, decided, warningsOf } from './builders.ts'

const attributes = {
  specversion: '1.0',
  type: 'com.example.someevent',
  source: '/mycontext',
  id: 'A234-1234-1234',
  time: '2018-04-05T17:31:00Z',
  comexampleextension1: 'value',
}
const headers = { ...attributes, comexampleothervalue: '5' }
const json = { ...attributes, comexampleothervalue: 5, unsetextension: null, subject: null }
const thrift = Buffer.from([0x80, 0x01, 0x00, 0x01])

test.each([
  [
    'bytes',
    {
      ...{ ...json, datacontenttype: 'application/vnd.apache.thrift.binary' },
      data_base64: thrift.toString('base64'),
    },
    ['application/vnd.apache.thrift.binary', thrift],
  ],
  [
    'XML as a string',
    { ...json, datacontenttype: 'application/xml', data: '<much wow="xml"/>' },
    ['application/xml', '<much wow="xml"/>'],
  ],
  [
    'a JSON object',
    {
      ...{ ...json, datacontenttype: 'application/json' },
      data: { appinfoA: 'abc', appinfoB: 123, appinfoC: true },
    },
    [
      'application/json',
      '\n{\n  "appinfoA" : "abc",\n  "appinfoB" : 123,\n  "appinfoC" : true\n}\n',
    ],
  ],
  [
    'a JSON number',
    { ...json, datacontenttype: 'application/json', data: 1.5 },
    ['application/json', '1.5'],
  ],
  [
    'a JSON string, without a type',
    { ...json, data: "I'm just a string" },
    ['application/json', `"I'm just a string"`],
  ],
  [
    'bytes that look like JSON, without a type',
    { ...json, data_base64: 'eyAieHl6IjogMTIzIH0=' },
    ['', '{ "xyz": 123 }'],
  ],
] as const)('data that is %s is one event in both modes', (_, structured, [contentType, body]) => {
  const one = decided(JSON.stringify(structured, null, 4), { format: 'cloudevent' })
  const other = acceptBinary(
    { contentType, headers: Object.entries(headers) },
    Buffer.from(body),
    aContext({ idempotencyKey: '' }),
  )
  expect(acceptable(other).event.toString()).toBe(acceptable(one).event.toString())
  expect(acceptable(other).fingerprint).toBe(acceptable(one).fingerprint)
  expect([warningsOf(one), warningsOf(other)]).toEqual([[], []])
})

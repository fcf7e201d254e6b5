import { expect, test } from 'bun:test'
import { contentModeOf } from './content-mode.ts'

const mode = (headers: Readonly<Record<string, string>>) =>
  contentModeOf({
    getHeader: (name) => headers[name] ?? '',
    forEach: (each) => {
      for (const [name, value] of Object.entries(headers)) each(name, value)
    },
  })
const ce = { 'ce-specversion': '1.0', 'ce-id': 'A' }

test.each([
  ['application/json', {}, { kind: 'whole', format: 'event' }],
  ['application/json', { 'ce-id': 'A' }, { kind: 'whole', format: 'event' }],
  ['application/cloudevents+json', {}, { kind: 'whole', format: 'cloudevent' }],
  ['application/cloudevents+json', ce, { kind: 'whole', format: 'cloudevent' }],
  ['Application/CloudEvents+JSON; charset=UTF-8', ce, { kind: 'whole', format: 'cloudevent' }],
  ['application/json', ce, { kind: 'binary', contentType: 'application/json' }],
  ['text/plain', ce, { kind: 'binary', contentType: 'text/plain' }],
  ['', ce, { kind: 'binary', contentType: '' }],
  ['text/plain', {}, { kind: 'refused', code: 'UNSUPPORTED_MEDIA_TYPE' }],
  ['', {}, { kind: 'refused', code: 'UNSUPPORTED_MEDIA_TYPE' }],
  ['application/cloudevents+avro', ce, { kind: 'refused', code: 'UNSUPPORTED_MEDIA_TYPE' }],
  ['application/cloudevents-batch+json', ce, { kind: 'refused', code: 'UNSUPPORTED_MEDIA_TYPE' }],
  ['Application/CloudEvents', ce, { kind: 'refused', code: 'UNSUPPORTED_MEDIA_TYPE' }],
])('%p with %j is %j', (contentType, headers: Record<string, string>, expected) => {
  expect(mode({ 'content-type': contentType, ...headers })).toMatchObject(expected)
})

test('in binary mode all headers that begin with ce- are attributes, and no other', () => {
  const headers = { ...ce, 'ce-': 'x', cebra: 'y', 'x-ce-z': 'z', 'ce-foo-bar': '%41' }
  expect(mode({ 'content-type': 'text/plain', ...headers })).toMatchObject({
    headers: [
      ['specversion', '1.0'],
      ['id', 'A'],
      ['', 'x'],
      ['foo-bar', '%41'],
    ],
  })
})

import { expect, test } from 'bun:test'
import { offeredIn } from './credentials.ts'

test.each([
  ['', false, ''],
  ['pulse.v1', true, ''],
  ['pulse.v1, pulse.key.pulse_abc', true, 'pulse_abc'],
  ['pulse.key.a%2Fb%3D,pulse.v1', true, 'a/b='],
  ['chat, pulse.v2', false, ''],
  ['pulse.v1, pulse.key.%', true, ''],
])('%j', (header, speaksPulse, apiKey) => {
  expect(offeredIn(header)).toEqual({ speaksPulse, apiKey })
})

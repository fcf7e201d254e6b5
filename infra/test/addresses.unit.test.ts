import { expect, test } from 'bun:test'
import { givenAddresses, testEnvironment } from './addresses.ts'

const addresses = { kafka: '127.0.0.1:1', postgres: 'postgres://p', redis: 'redis://r' }

test('addresses survive the way through the environment', () => {
  expect(givenAddresses(testEnvironment(addresses))).toEqual(addresses)
})

test('two addresses of three are none', () => {
  const { PULSE_TEST_REDIS: _, ...two } = testEnvironment(addresses)
  expect(givenAddresses(two)).toBeUndefined()
})

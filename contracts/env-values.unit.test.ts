import { describe, expect, test } from 'bun:test'
import { type } from 'arktype'
import { brokers, integer, logLevel, nonEmpty, port } from './env.ts'

const isRefused = (value: unknown) => value instanceof type.errors

describe('integer', () => {
  test.each([
    ['1', 1],
    ['10', 10],
    ['5', 5],
  ])('reads %p, bounds included', (text, value) => {
    expect(integer(1, 10)(text)).toBe(value)
  })

  test('reads numbers below zero', () => {
    expect(integer(-5, 5)('-5')).toBe(-5)
  })

  test.each(['0', '11', '1.5', '1.0', '1e0', '0x1', '+1', '1 0', '1n', 'NaN', 'Infinity', '', '-'])(
    'refuses %p from 1 to 10',
    (text) => {
      expect(isRefused(integer(1, 10)(text))).toBe(true)
    },
  )

  test('refuses what a number cannot hold exactly', () => {
    expect(isRefused(integer(0, Number.MAX_SAFE_INTEGER)('9007199254740993'))).toBe(true)
  })
})

test.each(['0', '1', '8080', '65535'])('%p is a port', (text) => {
  expect(port(text)).toBe(Number(text))
})

test.each(['-1', '65536', 'http', ''])('%p is not a port', (text) => {
  expect(isRefused(port(text))).toBe(true)
})

describe('brokers', () => {
  test.each([
    ['localhost:9092', ['localhost:9092']],
    ['a:1,b:2', ['a:1', 'b:2']],
    [' a:1 , b:2 ', ['a:1', 'b:2']],
    ['[::1]:9092', ['[::1]:9092']],
    ['kafka-0.kafka.svc:9092', ['kafka-0.kafka.svc:9092']],
  ])('reads %p', (text, list) => {
    expect(brokers(text)).toEqual(list)
  })

  test.each([
    '',
    ',',
    'a',
    'a:',
    ':1',
    'a:b',
    'a:1,',
    'a:1,,b:2',
    'a:1 b:2',
    'kafka://a:1',
    '::1:1',
  ])('refuses %p', (text) => {
    expect(isRefused(brokers(text))).toBe(true)
  })
})

test.each(['debug', 'info', 'warn', 'error', 'silent'])('%p is a log level', (text) => {
  expect<unknown>(logLevel(text)).toBe(text)
})

test.each(['', 'INFO', 'trace', 'info '])('%p is not a log level', (text) => {
  expect(isRefused(logLevel(text))).toBe(true)
})

test('an empty text is refused where something is needed', () => {
  expect(isRefused(nonEmpty(''))).toBe(true)
  expect<unknown>(nonEmpty('x')).toBe('x')
})

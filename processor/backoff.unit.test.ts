import { describe, expect, test } from 'bun:test'
import { backoffMs, pause } from './backoff.ts'

describe('backoffMs', () => {
  test.each([
    [1, 50, 100],
    [2, 100, 200],
    [3, 200, 400],
    [6, 1600, 3200],
    [7, 2500, 5000],
    [8, 2500, 5000],
    [1000, 2500, 5000],
    [Number.MAX_SAFE_INTEGER, 2500, 5000],
  ])('after %p failures lies between %p and %p ms', (attempt, least, most) => {
    expect(backoffMs(attempt, 0)).toBe(least)
    expect(backoffMs(attempt, 0.5)).toBe((least + most) / 2)
    expect(backoffMs(attempt, 1 - Number.EPSILON)).toBeCloseTo(most, 6)
  })
})

describe('pause', () => {
  const anHour = 3_600_000

  test('ends when the time is over', async () => {
    const started = performance.now()
    await pause(20, new AbortController().signal)
    expect(performance.now() - started).toBeGreaterThanOrEqual(15)
  })

  test('ends at once when the signal is given', async () => {
    const controller = new AbortController()
    const paused = pause(anHour, controller.signal)
    controller.abort()
    expect(await paused).toBeUndefined()
  })

  test('does not begin when the signal was given before', async () => {
    expect(await pause(anHour, AbortSignal.abort())).toBeUndefined()
  })

  test('leaves no listener on the signal, however often it is paused', async () => {
    const { signal } = new AbortController()
    let listeners = 0
    const { addEventListener, removeEventListener } = AbortSignal.prototype
    signal.addEventListener = (...given: Parameters<typeof addEventListener>) => {
      listeners++
      addEventListener.apply(signal, given)
    }
    signal.removeEventListener = (...given: Parameters<typeof removeEventListener>) => {
      listeners--
      removeEventListener.apply(signal, given)
    }
    for (let i = 0; i < 10; i++) await pause(0, signal)
    expect(listeners).toBe(0)
  })
})

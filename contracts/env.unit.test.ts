import { describe, expect, test } from 'bun:test'
import { integer, maskedSummary, nonEmpty, readSettings, setting } from './env.ts'

const table = {
  size: setting('SIZE', integer(1, 10), '5', { unit: 'a size from 1 to 10', reason: 'fits' }),
  name: setting(['NAME', 'OLD_NAME'], nonEmpty, undefined, { unit: 'a name', reason: 'none' }),
  pin: setting(['PIN', 'OLD_PIN'], integer(0, 9999), '0', {
    unit: 'four digits',
    reason: 'secret',
    secret: true,
  }),
}
const configOf = (env: Record<string, string | undefined>) => {
  const read = readSettings(table, env)
  if (!read.ok) throw new Error(read.problems.join('\n'))
  return read.config
}
const problemsOf = (env: Record<string, string | undefined>) => {
  const read = readSettings(table, env)
  return read.ok ? [] : read.problems
}

describe('readSettings', () => {
  test('takes the fallback where nothing is set, parsed like any value', () => {
    expect(configOf({ NAME: 'x' })).toEqual({ size: 5, name: 'x', pin: 0 })
  })

  test.each(['', ' ', '\t\n', undefined])('a variable that holds %p is not set', (empty) => {
    expect(configOf({ NAME: 'x', SIZE: empty }).size).toBe(5)
    expect(problemsOf({ NAME: empty })).toEqual(['NAME is required (a name)'])
  })

  test('takes white space around a value away', () => {
    expect(configOf({ NAME: ' x ', SIZE: ' 7\n' })).toMatchObject({ name: 'x', size: 7 })
  })

  test('an older name is accepted', () => {
    expect(configOf({ OLD_NAME: 'old' }).name).toBe('old')
  })

  test('the newer name wins over the older one, unless it is empty', () => {
    expect(configOf({ NAME: 'new', OLD_NAME: 'old' }).name).toBe('new')
    expect(configOf({ NAME: '', OLD_NAME: 'old' }).name).toBe('old')
  })

  test('tells every problem at once, in the order of the table', () => {
    expect(problemsOf({ SIZE: '11', PIN: 'x' })).toEqual([
      "SIZE must be a size from 1 to 10, not '11'",
      'NAME is required (a name)',
      'PIN must be four digits',
    ])
  })

  test('a problem names the variable that was set', () => {
    expect(problemsOf({ NAME: 'x', OLD_PIN: 'x' })).toEqual(['OLD_PIN must be four digits'])
  })

  test('a problem quotes at most 80 characters', () => {
    expect(problemsOf({ NAME: 'x', SIZE: 'z'.repeat(5000) })).toEqual([
      `SIZE must be a size from 1 to 10, not '${'z'.repeat(80)}'`,
    ])
  })

  test('a secret appears in no problem', () => {
    expect(problemsOf({ PIN: 'hunter2' }).join()).not.toContain('hunter2')
  })

  test('the config cannot be changed', () => {
    expect(Object.isFrozen(configOf({ NAME: 'x' }))).toBe(true)
  })

  test('a variable that no table names changes nothing', () => {
    expect(configOf({ NAME: 'x', size: '7', Size: '7' })).toEqual(configOf({ NAME: 'x' }))
  })
})

test('the summary shows every value under its name in the environment, secrets masked', () => {
  expect(maskedSummary(table, configOf({ OLD_NAME: 'x', PIN: '1234' }))).toEqual({
    SIZE: 5,
    NAME: 'x',
    PIN: '***',
  })
})

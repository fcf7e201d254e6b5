import { describe, expect, test } from 'bun:test'
import { aKey, aTenant, recordOf, stateOf } from '../contracts/control-builders.ts'
import { makeControl } from './control.ts'

const lines: string[] = []
const log = { debug() {}, info: add, warn: add, error: add }
function add(fields: object, message: string) {
  lines.push(`${message} ${JSON.stringify(fields)}`)
}

const tenant = recordOf(aTenant())
const key = recordOf(aKey())
const loaded = () => {
  const control = makeControl(log)
  control.feed.begun()
  control.feed.records([tenant])
  control.feed.caughtUp()
  return control
}
const entities = (control: ReturnType<typeof makeControl>) => [...(control.state()?.values() ?? [])]

describe('nothing is in force', () => {
  test('before the topic is read, and it is said', () => {
    expect(makeControl(log).state()).toBeUndefined()
    expect(makeControl(log).trouble()).toBe('not read yet')
  })

  test('until the end of the first reading', () => {
    const control = makeControl(log)
    control.feed.begun()
    control.feed.records([tenant])
    expect(control.state()).toBeUndefined()
    control.feed.caughtUp()
    expect(control.state()).toEqual(stateOf(aTenant()))
    expect(control.trouble()).toBeUndefined()
  })
})

test('an empty topic is loaded too', () => {
  const control = makeControl(log)
  control.feed.begun()
  control.feed.caughtUp()
  expect(control.state()?.size).toBe(0)
})

test('a change is in force at once, in another state', () => {
  const control = loaded()
  const before = control.state()
  control.feed.records([key])
  expect(entities(control)).toEqual([aTenant(), aKey()])
  expect(control.state()).not.toBe(before as never)
})

test('no news leave the very state', () => {
  const control = loaded()
  const before = control.state()
  control.feed.records([])
  control.feed.caughtUp()
  expect(control.state()).toBe(before as never)
})

describe('read anew', () => {
  test('what was in force stays so until the end is reached, and then only what was read is', () => {
    const control = loaded()
    control.feed.begun()
    control.feed.records([key])
    expect(entities(control)).toEqual([aTenant()])
    control.feed.caughtUp()
    expect(entities(control)).toEqual([aKey()])
  })

  test('versions begin anew too: a recreated topic is believed', () => {
    const control = makeControl(log)
    control.feed.begun()
    control.feed.records([recordOf(aTenant({ version: 9 }))])
    control.feed.caughtUp()
    control.feed.begun()
    control.feed.records([recordOf(aTenant({ version: 1, disabled: true }))])
    control.feed.caughtUp()
    expect(entities(control)).toEqual([aTenant({ disabled: true })])
  })
})

describe('trouble', () => {
  test('is told until the next reading has caught up, and leaves in force what was', () => {
    const control = loaded()
    control.feed.troubled('no broker')
    control.feed.begun()
    expect(control.trouble()).toBe('no broker')
    expect(entities(control)).toEqual([aTenant()])
    control.feed.caughtUp()
    expect(control.trouble()).toBeUndefined()
  })

  test('is logged once, however often it is tried again', () => {
    lines.length = 0
    const control = loaded()
    for (const reason of ['a', 'b', 'c']) {
      control.feed.troubled(reason)
      control.feed.begun()
    }
    expect(control.trouble()).toBe('c')
    expect(lines.filter((line) => line.includes('cannot be read'))).toEqual([
      'control cannot be read: trying again {"reason":"a"}',
    ])
  })
})

test('a record that is skipped is logged with its offset and reason, and without its value', () => {
  lines.length = 0
  const control = loaded()
  control.feed.records([
    { offset: 7, key: Buffer.from('tenant:acme'), value: Buffer.from('hunter2') },
  ])
  expect(lines.at(-1)).toBe(
    'control record skipped {"offset":7,"reason":"its value is no JSON object"}',
  )
  expect(entities(control)).toEqual([aTenant()])
})

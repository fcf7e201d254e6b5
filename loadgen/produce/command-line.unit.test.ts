import { expect, test } from 'bun:test'
import { helpText, readCommandLine } from './command-line.ts'
import { kindNames } from './kinds.ts'

const read = (line: string, key?: string) =>
  readCommandLine(
    line.split(' ').filter((word) => word !== ''),
    key,
  )
const problems = (line: string) => {
  const wrong = read(line)
  return wrong.is === 'wrong' ? wrong.problems : []
}

test('nothing is the menu', () => {
  expect(read('')).toEqual({ is: 'menu', where: {} })
  expect(read('--tenant acme', 'secret')).toEqual({
    is: 'menu',
    where: { tenant: 'acme', key: 'secret' },
  })
})

test('an event is read with its usual values, and where to send it', () => {
  const line =
    'adjust-inventory --sku a --quantity 5 --event-id e1 --json --url http://x --runtime f'
  expect(read(line)).toEqual({
    is: 'one',
    kind: 'adjust-inventory',
    typed: { sku: 'a', quantity: '5', adjustmentType: 'add', reason: 'restock' },
    eventId: 'e1',
    where: { url: 'http://x', runtime: 'f' },
    json: true,
  })
})

test.each([
  ['create-user', '--email ADDRESS is missing'],
  [
    'create-user --email ada --first-name A --last-name B',
    "--email: e-mail address must be an e-mail address, not 'ada'",
  ],
  ['adjust-inventory --sku a --quantity 0', '--quantity: quantity must be a whole number from 1'],
  ['adjust-inventory --sku a --quantity 1e3', '--quantity: quantity must be'],
  [
    'adjust-inventory --sku a --quantity 1 --type steal',
    "--type: add or remove must be 'add' or 'remove'",
  ],
  ['place-order --user-id u --items LAPTOP', '--items: items, as SKU:QUANTITY:PRICE'],
  ['settle-payment --order-id o --amount -1', '--amount'],
  ['sample --sku a', '--sku is no flag here'],
  ['--json', '--json is no flag here'],
  ['destroy', 'give one of create-user, place-order'],
  ['sample now', 'give one of'],
  ['sample --tenant', '--tenant needs a value'],
  ['sample --tenant a --tenant b', '--tenant is given twice'],
])('%p is refused with what is allowed', (line, said) => {
  expect(problems(line).join('\n')).toContain(said)
})

test('every problem is named at once', () => {
  expect(problems('create-user --email ada --sku x')).toHaveLength(4)
})

test('help names every command, and beats everything', () => {
  expect(read('destroy --help')).toEqual({ is: 'help' })
  for (const kind of kindNames) expect(helpText()).toContain(`bun run produce ${kind}`)
})

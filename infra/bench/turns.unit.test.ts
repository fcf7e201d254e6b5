import { expect, test } from 'bun:test'
import { takeTurns } from './turns.ts'

test('contenders are warmed up and then take turns; warm-ups are not counted', async () => {
  const order: string[] = []
  const said: string[] = []
  const opened = {
    contenders: ['a', 'b'],
    async warmUp(contender: string) {
      order.push(`warm ${contender}`)
    },
    async run(contender: string) {
      return { position: order.push(contender) }
    },
  }
  const samples = await takeTurns(opened, 2, (text) => said.push(text))
  expect(order).toEqual(['warm a', 'warm b', 'a', 'b', 'a', 'b'])
  expect(samples).toEqual({
    a: [{ position: 3 }, { position: 5 }],
    b: [{ position: 4 }, { position: 6 }],
  })
  expect(said).toEqual([
    'warm-up: a',
    'warm-up: b',
    'run 1 of 2: a',
    'run 1 of 2: b',
    'run 2 of 2: a',
    'run 2 of 2: b',
  ])
})

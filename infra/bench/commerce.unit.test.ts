import { expect, test } from 'bun:test'
import { commerceFindings } from '../../contracts/commerce/findings.ts'
import { commerceContent } from './commerce.ts'

test('every event of the mix is valid, and every payment is of an order', () => {
  const all = Array.from({ length: 200 }, (_, nth) => commerceContent(nth))
  for (const { event_type, payload } of all)
    expect(commerceFindings(event_type, payload as Record<string, unknown>)).toEqual([])
  const idsIn = (type: string) =>
    all
      .filter(({ event_type }) => event_type === type)
      .map(({ payload }) => (payload as { orderId: string }).orderId)
  expect(idsIn('OrderPlaced')).toEqual(expect.arrayContaining(idsIn('PaymentSettled')))
  const counts = Map.groupBy(all, ({ event_type }) => event_type)
  expect([...counts.values()].map((each) => each.length)).toEqual([40, 70, 50, 40])
})

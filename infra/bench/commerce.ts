/**
 * The commerce mix: of twenty events four users, seven orders of two items, five payments of orders before them, and four
 * adjustments of 500 SKUs. What each says is another thing; who buys and what is bought comes again.
 */
const at = '2026-01-02T20:00:00Z'
const mix = 'UOOPIOOPUOPIUOPIUOPI'
const users = 20_000

export function commerceContent(nth: number) {
  const number = Math.floor(nth / mix.length)
  switch (mix[nth % mix.length]) {
    case 'U':
      return content('UserCreated', `user_${nth % users}`, {
        userId: `user_${nth % users}`,
        email: `${nth}@example.com`,
        firstName: 'Ada',
        lastName: `Lovelace ${nth}`,
        createdAt: at,
      })
    case 'O':
      return content('OrderPlaced', `order_${nth}`, {
        orderId: `order_${nth}`,
        userId: `user_${nth % users}`,
        totalAmount: 338.99,
        currency: 'USD',
        items: [
          { sku: `SKU-${nth % 500}`, quantity: 1, price: 299.99 },
          { sku: `SKU-${number % 500}`, quantity: 2, price: 19.5 },
        ],
        placedAt: at,
      })
    case 'P':
      // The place before it in the mix is an order.
      return content('PaymentSettled', `order_${nth - 1}`, {
        paymentId: `payment_${nth}`,
        orderId: `order_${nth - 1}`,
        amount: 338.99,
        currency: 'USD',
        paymentMethod: 'credit_card',
        status: 'completed',
        settledAt: at,
      })
    default:
      return content('InventoryAdjusted', `SKU-${number % 500}`, {
        sku: `SKU-${number % 500}`,
        quantity: 1 + (nth % 9),
        adjustmentType: nth % 2 === 0 ? 'add' : 'remove',
        reason: 'counted',
        adjustedAt: at,
      })
  }
}

const content = (event_type: string, entity: string, payload: object) => ({
  ...{ event_type, entity, payload },
})

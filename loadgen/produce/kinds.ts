/**
 * What can be produced, as one table: from it come the questions of the menu, the flags of the command line and the help.
 * Pure. Rules are those of the contract, so that what is asked here is what the processor's projections take.
 */
import type { CommerceType } from '../../contracts/commerce/events.ts'
import {
  adjustment,
  amount,
  count,
  currency,
  email,
  id,
  items,
  text,
} from '../../contracts/commerce/fields.ts'

export type Kind = 'create-user' | 'place-order' | 'settle-payment' | 'adjust-inventory'

/** What was produced before in this session: answers that suggest themselves. */
export type Known = {
  readonly userId?: string
  readonly orderId?: string
  readonly amount?: string
  readonly sku?: string
}

export type Field = {
  /** Of the event. */
  readonly name: string
  /** The flag is `--name`; `value` stands for what follows it. */
  readonly flag: string
  readonly value: string
  readonly about: string
  /** What it is when nothing is said; undefined when something has to be. */
  readonly usual: (known: Known) => string | undefined
  /** From what was typed; undefined when it is nothing of the kind. */
  readonly read: (typed: string) => unknown
  readonly rule: { readonly type: { allows(value: unknown): boolean }; readonly words: string }
}

export type KindOfEvent = {
  readonly type: CommerceType
  readonly title: string
  readonly fields: readonly Field[]
  /** The field that says when. */
  readonly instant: string
  /** What follows from the other fields. */
  readonly derived?: (fields: Readonly<Record<string, unknown>>) => Record<string, unknown>
}

const asIs = (typed: string) => typed
const asNumber = (typed: string) => (/^-?\d+(\.\d+)?$/.test(typed) ? Number(typed) : undefined)
const nothing = () => undefined
const fresh = () => crypto.randomUUID()

const field = (
  [name, flag, value]: readonly [string, string, string],
  about: string,
  rule: Field['rule'],
  usual: Field['usual'] = nothing,
  read: Field['read'] = asIs,
): Field => ({ name, flag, value, about, rule, usual, read })

const dollars = field(['currency', 'currency', 'CODE'], 'currency', currency, () => 'USD')

export const kinds: Readonly<Record<Kind, KindOfEvent>> = {
  'create-user': {
    type: 'UserCreated',
    title: 'Create user',
    instant: 'createdAt',
    fields: [
      field(['email', 'email', 'ADDRESS'], 'e-mail address', email),
      field(['firstName', 'first-name', 'NAME'], 'first name', text),
      field(['lastName', 'last-name', 'NAME'], 'last name', text),
      field(['userId', 'user-id', 'ID'], 'user id', id, fresh),
    ],
  },
  'place-order': {
    type: 'OrderPlaced',
    title: 'Place order',
    instant: 'placedAt',
    fields: [
      field(['userId', 'user-id', 'ID'], 'user id', id, ({ userId }) => userId),
      field(
        ['items', 'items', 'SKU:QUANTITY:PRICE,…'],
        'items, as SKU:QUANTITY:PRICE joined by commas',
        {
          ...items,
          words:
            'items such as LAPTOP-001:1:299.99,MOUSE-002:2:19.5: quantities from 1, prices from 0',
        },
        () => 'LAPTOP-001:1:299.99',
        readItems,
      ),
      dollars,
      field(['orderId', 'order-id', 'ID'], 'order id', id, fresh),
    ],
    derived: (fields) => ({ totalAmount: totalOf(fields.items as readonly Item[]) }),
  },
  'settle-payment': {
    type: 'PaymentSettled',
    title: 'Settle payment',
    instant: 'settledAt',
    fields: [
      field(['orderId', 'order-id', 'ID'], 'order id', id, ({ orderId }) => orderId),
      field(['amount', 'amount', 'N'], 'amount', amount, ({ amount }) => amount, asNumber),
      dollars,
      field(['paymentMethod', 'method', 'NAME'], 'payment method', text, () => 'credit_card'),
      field(['status', 'status', 'NAME'], 'status', text, () => 'completed'),
      field(['paymentId', 'payment-id', 'ID'], 'payment id', id, fresh),
    ],
  },
  'adjust-inventory': {
    type: 'InventoryAdjusted',
    title: 'Adjust inventory',
    instant: 'adjustedAt',
    fields: [
      field(['sku', 'sku', 'SKU'], 'SKU', id, ({ sku }) => sku),
      field(['quantity', 'quantity', 'N'], 'quantity', count, nothing, asNumber),
      field(['adjustmentType', 'type', 'add|remove'], 'add or remove', adjustment, () => 'add'),
      field(['reason', 'reason', 'TEXT'], 'reason', text, () => 'restock'),
    ],
  },
}

export const kindNames = Object.keys(kinds) as readonly Kind[]

/** What is wrong with what was typed, as a sentence; undefined when nothing is. */
export function problemOf({ about, read, rule }: Field, typed: string): string | undefined {
  const value = read(typed)
  return rule.type.allows(value)
    ? undefined
    : `${about} must be ${rule.words}, not '${typed.slice(0, 80)}'`
}

type Item = { readonly sku: string; readonly quantity: number; readonly price: number }

function readItems(typed: string): readonly Item[] | undefined {
  const read = typed.split(',').map((part) => /^\s*(.+):(\d+):(\d+(?:\.\d+)?)\s*$/.exec(part))
  if (read.some((parts) => parts === null)) return undefined
  return read.map((parts) => ({
    sku: parts?.[1] ?? '',
    quantity: Number(parts?.[2]),
    price: Number(parts?.[3]),
  }))
}

/** To six digits: sums of decimals in binary are off by less. */
const totalOf = (all: readonly Item[]): number =>
  Number(all.reduce((sum, { quantity, price }) => sum + quantity * price, 0).toFixed(6))

/**
 * `/users/{id}` with the last five orders, `/orders/{id}` with its payment: what the projections know, JSON only. Whoever
 * may look at the admin may look at every tenant, so that one is named like everywhere here: `?tenant=`.
 */
import { type Context, Hono } from 'hono'
import { etag } from 'hono/etag'
import { isIdentifier } from '../../contracts/identifier.ts'
import { isTenantId } from '../../contracts/tenant.ts'
import { orderAnswer, userAnswer } from '../commerce.ts'
import { json, outage, problem } from '../represent.ts'
import type { Store } from '../store.ts'
import type { Lookup } from './lookup.ts'

const ORDERS_OF_USER = 5

export function commerceRoutes(
  deps: { readonly store: Pick<Store, 'userWithOrders' | 'orderWithPayment'> },
  { askStore }: Pick<Lookup, 'askStore'>,
) {
  /** Answers with what `look` finds under the id in the path. */
  const answer =
    (what: string, look: (tenantId: string, id: string) => Promise<unknown>) =>
    async (c: Context) => {
      const tenant = c.req.query('tenant')
      const id = c.req.param('id') ?? ''
      if (!tenant) return problem(c, 400, 'MISSING_PARAMETER', 'tenant is required: ?tenant=NAME')
      if (!isTenantId(tenant))
        return problem(c, 400, 'INVALID_PARAMETER', 'tenant must be 1 to 64 of a-z 0-9 _ -')
      if (!isIdentifier(id))
        return problem(
          c,
          400,
          'INVALID_PARAMETER',
          `The id of ${what} must have 1 to 255 printable characters`,
        )
      const found = await askStore(() => look(tenant, id))
      if (!found.ok) return outage(c, found.outage)
      if (found.value === undefined) return problem(c, 404, 'NOT_FOUND', `There is no such ${what}`)
      // It may be kept, and has to be asked for again: the tag tells whether it has changed.
      c.header('Cache-Control', 'private, no-cache')
      return json(c, found.value)
    }

  return new Hono()
    .use('/users/*', etag())
    .use('/orders/*', etag())
    .get(
      '/users/:id',
      answer('user', async (tenantId, id) => {
        const found = await deps.store.userWithOrders(tenantId, id, ORDERS_OF_USER)
        return found && userAnswer(found)
      }),
    )
    .get(
      '/orders/:id',
      answer('order', async (tenantId, id) => {
        const found = await deps.store.orderWithPayment(tenantId, id)
        return found && orderAnswer(found)
      }),
    )
}

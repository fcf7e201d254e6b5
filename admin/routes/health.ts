/** `/admin/health`: each dependency, measured now. 200 whenever the admin itself can answer. */
import { Hono } from 'hono'
import type { Health } from '../../views/facts.ts'
import { json } from '../represent.ts'

export function healthRoutes(deps: { readonly measureHealth: () => Promise<Health> }) {
  return new Hono().get('/admin/health', async (c) => json(c, await deps.measureHealth()))
}

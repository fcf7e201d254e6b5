import { expect, test } from 'bun:test'
import { openAssets } from './assets.ts'
import { anAdmin } from './builders.ts'

test('style and scripts come from this process, whole, and may be kept for ever', async () => {
  const assets = await openAssets()
  const admin = anAdmin({ assets })
  const html = await (await admin.request('/')).text()
  const found = { style: '--page', htmx: 'hx-', morph: 'Idiomorph', page: 'EventSource' } as const
  for (const [name, part] of Object.entries(found) as [keyof typeof found, string][]) {
    const { url, type } = assets[name]
    expect(html).toContain(`"${url}"`)
    const answer = await admin.request(url)
    expect(answer.headers.get('content-type')).toBe(type)
    expect(answer.headers.get('cache-control')).toContain('immutable')
    expect(await answer.text()).toContain(part)
  }
})

/** Deque's axe-core on a page: what it finds serious or critical of WCAG 2.2 A and AA and of good practice, as sentences. */
import type { Page } from 'playwright-core'

const source = Bun.file(new URL(import.meta.resolve('axe-core/axe.min.js'))).text()

type Violation = {
  readonly id: string
  readonly impact: string | null
  readonly help: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[]
}

export async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(await source)
  const { violations, passed } = (await page.evaluate(
    'axe.run(document).then(({ violations, passes }) => ({ violations, passed: passes.length }))',
  )) as { readonly violations: readonly Violation[]; readonly passed: number }
  if (passed === 0) throw new Error('axe-core looked at nothing')
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${help}: ${html} ${failureSummary ?? ''}`),
    )
}

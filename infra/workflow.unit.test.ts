import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './bundle.ts'

type Step = { uses?: string; run?: string }
const folder = join(root, '.github', 'workflows')
const text = readFileSync(join(folder, 'ci.yml'), 'utf8')
const workflow = Bun.YAML.parse(text) as { jobs: Record<string, { steps: Step[] }> }
const steps = Object.values(workflow.jobs).flatMap((job) => job.steps)

test('the workflow runs the two commands of the README', () => {
  const commands = steps.map(({ run }) => run).join('\n')
  expect(commands).toContain('npm test')
  expect(commands).toContain('bash .github/workflows/start.sh')
  const script = readFileSync(join(folder, 'start.sh'), 'utf8')
  for (const command of ['npm start', 'npm run stop', 'curl']) expect(script).toContain(command)
})

test('every action is pinned to a major version', () => {
  const used = steps.flatMap(({ uses }) => uses ?? [])
  expect(used.length).toBeGreaterThan(0)
  for (const action of used) expect(action).toMatch(/^actions\/[a-z-]+@v\d+$/)
})

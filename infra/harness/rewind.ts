/** `bun run rewind` as a test runs it: for topics and a group of its own. */
import { root } from '../bundle.ts'
import { withoutServiceSettings } from '../test/addresses.ts'
import type { Ran } from './control.ts'
import type { TestTopics } from './topics.ts'

export async function runRewind(
  kafka: string,
  topics: Pick<TestTopics, 'raw' | 'control' | 'group'>,
  args: readonly string[],
): Promise<Ran> {
  const child = Bun.spawn([process.execPath, 'admin/rewind/main.ts', ...args], {
    cwd: root,
    env: {
      ...withoutServiceSettings(process.env),
      KAFKA_BROKERS: kafka,
      KAFKA_RAW_TOPIC: topics.raw,
      KAFKA_CONTROL_TOPIC: topics.control,
      KAFKA_GROUP: topics.group,
    },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [code, out, err] = await Promise.all([
    child.exited,
    child.stdout.text(),
    child.stderr.text(),
  ])
  return { code, out, err }
}

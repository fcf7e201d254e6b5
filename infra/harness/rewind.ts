/** `bun run rewind` as a test runs it: for topics and a group of its own. */
import { stackEnvironment } from '../service.ts'
import { type Ran, runCommand } from './command.ts'
import type { TestTopics } from './topics.ts'

export const runRewind = (
  kafka: string,
  topics: TestTopics,
  args: readonly string[],
): Promise<Ran> =>
  runCommand(['admin/rewind/main.ts', ...args], { env: stackEnvironment(kafka, topics) })

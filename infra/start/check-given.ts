/** A real round trip to each part whose address was given: a start that cannot reach it says so before it does anything. */
import { reasonOf } from '../../contracts/reason.ts'
import { StepFailure, type Steps } from '../bootstrap/step.mjs'
import { type Part, parts } from '../parts.ts'
import { pingRedis } from '../redis-ping.ts'
import { withSql } from '../sql.ts'
import { brokerAnswers } from '../topics.ts'
import type { Given } from './given.ts'

/** One step line for each given part; throws a StepFailure that tells what the server, or the way to it, said. */
export async function checkGiven(given: Given, steps: Steps): Promise<void> {
  const checking = parts.filter((part) => given[part]).map((part) => check(part, given, steps))
  await Promise.allSettled(checking)
  await Promise.all(checking)
}

function check(part: Part, given: Given, steps: Steps): Promise<void> {
  return steps.run(part, async () => {
    const { where, ask } = questions(given)[part]
    await ask().catch((error) => {
      throw new StepFailure(
        `The ${part} that was given, ${where}, cannot be used: ${reasonOf(error)}`,
        {
          advice: `Correct ${named[part]}, or unset it to have ${part} brought up here.`,
        },
      )
    })
    return { result: undefined, detail: `given: ${where}` }
  })
}

const named: Readonly<Record<Part, string>> = {
  kafka: 'KAFKA_BROKERS',
  postgres: 'DATABASE_URL',
  redis: 'REDIS_URL or REDIS_ADDR',
}

function questions({ kafka, postgres, redis }: Given) {
  return {
    kafka: {
      where: kafka?.brokers.join(',') ?? '',
      ask: async () => kafka && (await brokerAnswers(kafka)),
    },
    postgres: {
      where: postgres ? addressOf(postgres.databaseUrl) : '',
      ask: async () => postgres && (await withSql(postgres, (sql) => sql`select 1`)),
    },
    redis: {
      where: redis ? addressOf(redis.redisUrl) : '',
      ask: async () => redis && (await pingRedis(redis)),
    },
  } satisfies Record<Part, { where: string; ask: () => Promise<unknown> }>
}

/** Host, port and database: what may be shown of a URL. */
export function addressOf(url: string): string {
  try {
    const { host, pathname } = new URL(url)
    return pathname.length > 1 ? host + pathname : host
  } catch {
    return 'not a URL'
  }
}

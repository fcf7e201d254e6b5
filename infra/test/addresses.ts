/** Where tests find Kafka, Postgres and Redis: PULSE_TEST_* and nothing else. Pure. */

export type TestAddresses = {
  /** `host:port` */
  readonly kafka: string
  /** A superuser, and a database to connect to. */
  readonly postgres: string
  readonly redis: string
}

type Env = Readonly<Record<string, string | undefined>>

/** The addresses of running infrastructure, when all three are given. */
export function givenAddresses(env: Env): TestAddresses | undefined {
  const { PULSE_TEST_KAFKA: kafka, PULSE_TEST_POSTGRES: postgres, PULSE_TEST_REDIS: redis } = env
  return kafka && postgres && redis ? { kafka, postgres, redis } : undefined
}

export function testEnvironment({ kafka, postgres, redis }: TestAddresses): Record<string, string> {
  return { PULSE_TEST_KAFKA: kafka, PULSE_TEST_POSTGRES: postgres, PULSE_TEST_REDIS: redis }
}

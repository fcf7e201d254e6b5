/** The infrastructure that this test run was given. */
import { givenAddresses, type TestAddresses } from '../test/addresses.ts'

/** Throws with what to do when a test that needs real parts runs without them. */
export function testAddresses(): TestAddresses {
  const given = givenAddresses(process.env)
  if (given) return given
  throw new Error(
    'PULSE_TEST_KAFKA, _POSTGRES and _REDIS are not set: run `npm test -- <file>`, or keep `bun run test:infra` open',
  )
}

import { afterAll, beforeAll, expect, test } from 'bun:test'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeSteps } from '../bootstrap/step.mjs'
import { testAddresses } from '../harness/addresses.ts'
import { until } from '../harness/until.ts'
import type { Launched } from '../launch.ts'
import { bringUpContainers, removeContainers, stopLeftContainers } from './infrastructure.ts'

/**
 * A stand-in for the docker command: it writes down what it is asked, and `up` lasts until `stop`. Real servers answer on
 * the ports, so that what is under test is everything around the engine.
 */
const dir = mkdtempSync(join(tmpdir(), 'pulse-docker-'))
const calls = join(dir, 'calls')
const script = `#!/bin/sh
echo "$*" >> ${calls}
case "$*" in
  *" up "*) echo "$KAFKA_PORT $REDIS_PORT" >> ${calls}; touch ${dir}/up; while [ -e ${dir}/up ]; do sleep 0.02; done ;;
  *" stop"*) rm -f ${dir}/up ;;
  ps*) cat ${dir}/containers ;;
esac
`
const path = process.env.PATH
beforeAll(() => {
  writeFileSync(join(dir, 'docker'), script)
  chmodSync(join(dir, 'docker'), 0o755)
  process.env.PATH = `${dir}:${path}`
})
afterAll(() => {
  process.env.PATH = path
  rmSync(dir, { recursive: true, force: true })
})

const asked = () => (existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : [])
const steps = makeSteps({ write: () => undefined })
const { kafka, redis } = testAddresses()
const port = (url: string) => Number(url.slice(url.lastIndexOf(':') + 1))
const ports = { kafka: port(kafka), redis: port(redis), postgres: 5432 }
const place = { dir: join(dir, 'state'), logs: dir, project: 'pulse-test', ports }

test('containers of the parts that were asked for come up, answer, and stop in order', async () => {
  writeFileSync(join(dir, 'containers'), 'ep_kafka pulse-test\n')
  const spawned: Launched[] = []
  const at = await bringUpContainers(['kafka', 'redis'], place, steps, (child) =>
    spawned.push(child),
  )
  expect(at.kafka).toBe(kafka)
  // The servers answer already, so that nothing has waited for the command to begin.
  await until('it is up', () => existsSync(join(dir, 'up')))
  expect(asked()).toContainEqual(
    expect.stringMatching(/-p pulse-test .*up --abort-on-container-exit kafka redis$/),
  )
  expect(asked()).toContain(`${ports.kafka} ${ports.redis}`)
  expect(spawned.map(({ name }) => name)).toEqual(['docker'])
  await spawned[0]?.stop()
  expect(asked().at(-1)).toEndWith('stop kafka redis')
  expect(existsSync(join(dir, 'up'))).toBe(false)
})

test('containers of another clone are left alone, and the way out is said', async () => {
  writeFileSync(join(dir, 'containers'), 'ep_redis pulse-other\nep_kafka pulse-test\nweb shop\n')
  const up = bringUpContainers(['kafka', 'redis'], place, steps, () => undefined)
  await expect(up).rejects.toMatchObject({
    message: 'Another clone has containers of these names: ep_redis.',
    advice: 'Stop Pulse there, then run: docker rm ep_redis (their volumes stay)',
  })
})

test('what an earlier start left is stopped, and a reset removes the volumes', async () => {
  await stopLeftContainers({ ...place, dir: join(dir, 'never-used') })
  const before = asked().length
  await stopLeftContainers(place)
  await removeContainers(place)
  expect(
    asked()
      .slice(before)
      .map((line) => line.split('compose.yml ')[1]),
  ).toEqual(['stop', 'down --volumes'])
})

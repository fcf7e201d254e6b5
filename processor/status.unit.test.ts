import { expect, test } from 'bun:test'
import type { ProjectionState } from './projections/progress.ts'
import { makeStatus } from './status.ts'

const aMember = () => {
  const status = makeStatus()
  status.fault(undefined)
  return status
}

test('before it has joined the group the processor is not ready, and says so', () => {
  const { status, partitions, reasons } = makeStatus().read()
  expect({ status, partitions }).toEqual({ status: 'not ready', partitions: [] })
  expect(reasons).toEqual([expect.stringContaining('not joined')])
})

test('a member with partitions is ready', () => {
  const status = aMember()
  status.assigned([0, 2])
  expect(status.read()).toEqual({ status: 'ready', partitions: [0, 2], degraded: [], reasons: [] })
})

test('a member without partitions is ready: others have them all', () => {
  const status = aMember()
  status.assigned([])
  expect(status.read()).toEqual({ status: 'ready', partitions: [], degraded: [], reasons: [] })
})

test('a partition that waits makes it not ready, with the reason, until it goes on', () => {
  const status = aMember()
  status.assigned([0, 1])
  status.waits(1, 'store: no connection')
  expect(status.read()).toEqual({
    status: 'not ready',
    partitions: [0, 1],
    degraded: [],
    reasons: ['partition 1 waits: store: no connection'],
  })
  status.waits(1, undefined)
  expect(status.read().status).toBe('ready')
})

test('a partition tells its latest reason only', () => {
  const status = aMember()
  status.waits(1, 'first')
  status.waits(1, 'second')
  expect(status.read().reasons).toEqual(['partition 1 waits: second'])
})

test('one partition that goes on does not hide another that waits', () => {
  const status = aMember()
  status.waits(0, 'a')
  status.waits(1, 'b')
  status.waits(0, undefined)
  expect(status.read().reasons).toEqual(['partition 1 waits: b'])
})

test('a fault ends the membership: no partitions, not ready, until it is well again', () => {
  const status = aMember()
  status.assigned([0])
  status.fault(new Error('no brokers'))
  expect(status.read()).toEqual({
    status: 'not ready',
    partitions: [],
    degraded: [],
    reasons: ['consumer: no brokers'],
  })
  status.fault(undefined)
  expect(status.read()).toEqual({ status: 'ready', partitions: [], degraded: [], reasons: [] })
})

test('every reason is told at once', () => {
  const status = makeStatus()
  status.fault(new Error('no brokers'))
  status.waits(3, 'store: down')
  expect(status.read().reasons).toEqual(['consumer: no brokers', 'partition 3 waits: store: down'])
})

test('a paused projection degrades a processor that is ready as before, and says why', () => {
  const status = aMember()
  const paused = { ...following, pausedWhy: 'no such column' }
  status.projections([paused, { ...following, name: 'orders' }])
  const told = {
    status: 'ready',
    partitions: [],
    degraded: ['projection users'],
    reasons: ['projection users is paused: no such column'],
  } as const
  expect(status.read()).toEqual(told)
  status.projections(undefined)
  expect(status.read()).toEqual(told)
  status.projections([{ ...paused, pausedWhy: null }])
  expect(status.read()).toMatchObject({ degraded: [], reasons: [] })
})

test('a projection that waits, or cannot run, is told like one that is paused, and once', () => {
  const status = aMember()
  status.projections([{ ...following, pausedWhy: 'no such column' }])
  status.projectionFails('users', 'waits: permission denied')
  status.projectionFails('logins', 'cannot run: no such file')
  expect(status.read()).toMatchObject({
    status: 'ready',
    degraded: ['projection users', 'projection logins'],
    reasons: [
      'projection users is paused: no such column',
      'projection users waits: permission denied',
      'projection logins cannot run: no such file',
    ],
  })
  status.projectionFails('users', undefined)
  expect(status.read().reasons).toHaveLength(2)
})

const following: ProjectionState = {
  ...{ name: 'users', phase: 'following', pausedWhy: null },
  ...{ behind: 0, applied: 0, unfit: 0, missed: 0, history: 0, read: 0 },
}

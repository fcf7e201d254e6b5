import { expect, test } from 'bun:test'
import { controlKeyOf } from '../../contracts/control.ts'
import type { ControlState } from '../../contracts/control-state.ts'
import { setPaused } from '../control/changes.ts'
import { type RewindDeps, rewind } from './rewind.ts'

/** Processors of one partition that pause at once, and a Kafka that fails where a test says so. */
function aPipeline(given: {
  fails?: 'move' | 'resume' | 'both'
  stays?: boolean
  pausedFor?: string
}) {
  const { fails, stays = false, pausedFor } = given
  let state: ControlState = new Map()
  let committed = 90n
  const gone = async (): Promise<never> => {
    throw new Error('Kafka is gone')
  }
  const change: RewindDeps['control']['change'] = async (decide) => {
    if (isPaused() && (fails === 'resume' || fails === 'both')) return await gone()
    const change = decide(state)
    if (change.is === 'publish')
      state = new Map(change.entities.map((entity) => [controlKeyOf(entity), entity]))
    return { change, state }
  }
  const isPaused = () => [...state.values()].some((one) => one.kind === 'pipeline' && one.paused)
  const deps: RewindDeps = {
    control: { read: async () => ({ state, skipped: [] }), change },
    group: {
      untilEmpty: async () => {
        if (stays) throw new Error('1 member has not paused')
      },
      offsets: async () => [{ partition: 0, start: 0n, end: 100n, committed, since: undefined }],
      async move([target]) {
        if (fails === 'move' || fails === 'both') return await gone()
        committed = target?.to ?? committed
      },
    },
    signal: new AbortController().signal,
  }
  if (pausedFor !== undefined)
    state = new Map(
      [setPaused(state, true, pausedFor)].flatMap((change) =>
        change.is === 'publish' ? change.entities.map((one) => [controlKeyOf(one), one]) : [],
      ),
    )
  return {
    run: () => rewind(deps, { to: 'earliest' }, undefined),
    isPaused,
    committed: () => committed,
  }
}

test('processors are taken back and go on', async () => {
  const { run, isPaused, committed } = aPipeline({})
  expect(await run()).toEqual({
    targets: [{ partition: 0, from: 90n, to: 0n, again: 90n }],
    paused: false,
  })
  expect([isPaused(), committed()]).toEqual([false, 0n])
})

test('offsets that were moved are said to be when processors could not be resumed, and what to do', async () => {
  const { run } = aPipeline({ fails: 'resume' })
  await expect(run()).rejects.toThrow(
    /^offsets were moved, and processors may be paused still \(`bun run control resume`.*: Kafka is gone$/,
  )
})

test('a move that fails leaves nobody paused, and says what is not known', async () => {
  const { run, isPaused } = aPipeline({ fails: 'move' })
  await expect(run()).rejects.toThrow('Kafka is gone; whether offsets were moved is not known')
  expect(isPaused()).toBe(false)
})

test('when both fail, both are said', async () => {
  await expect(aPipeline({ fails: 'both' }).run()).rejects.toThrow(
    /^Kafka is gone; whether offsets were moved is not known, and processors may be paused still/,
  )
})

test('processors that do not pause are left as they were', async () => {
  const { run, isPaused, committed } = aPipeline({ stays: true })
  await expect(run()).rejects.toThrow('1 member has not paused; nothing was moved')
  expect([isPaused(), committed()]).toEqual([false, 90n])
})

test('the pause that a killed rewind left is told how to end', async () => {
  const { run } = aPipeline({ pausedFor: 'bun run rewind is at work' })
  await expect(run()).rejects.toThrow('one was killed and left its pause: `bun run control resume`')
})

test('whoever was paused before stays paused', async () => {
  const { run, isPaused } = aPipeline({ pausedFor: 'maintenance' })
  expect(await run()).toMatchObject({ paused: true })
  expect(isPaused()).toBe(true)
})

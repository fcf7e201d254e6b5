import { expect, test } from 'bun:test'
import {
  busyTicksIn,
  familyOf,
  type ProcessTimes,
  residentIn,
  residentMiB,
  ticksOf,
  timesIn,
} from './proc-stat.ts'

const line = '42 (a) b (c)) S 7 42 42 0 -1 4194560 100 200 0 0 110 22 3000 4000 20 0 1 0 55 1 2'

test('times are read behind a name that holds parentheses and spaces', () => {
  expect(timesIn(line)).toEqual({ parent: 7, own: 132, ended: 7000 })
})

const processes = new Map<number, ProcessTimes>([
  [1, { parent: 0, own: 1000, ended: 1000 }],
  [10, { parent: 1, own: 5, ended: 70 }],
  [11, { parent: 10, own: 3, ended: 0 }],
  [12, { parent: 11, own: 2, ended: 0 }],
  [20, { parent: 1, own: 500, ended: 0 }],
])

test('a family is a process and what descends from it', () => {
  expect(familyOf(10, processes)).toEqual([10, 11, 12])
  expect(ticksOf(10, processes)).toBe(5 + 3 + 2 + 70)
  expect(() => ticksOf(99, processes)).toThrow('process 99 has ended')
})

test('shared pages of a family count once', () => {
  const status = (anon: number) =>
    `Name:\tpostgres\nVmRSS:\t 9 kB\nRssAnon:\t  ${anon} kB\nRssFile:\t 1024 kB\nRssShmem:\t 4096 kB\n`
  expect(residentIn(status(12))).toEqual({ own: 12, file: 1024, shared: 4096 })
  expect(residentMiB([residentIn(status(1024)), residentIn(status(2048))])).toBe(1 + 2 + 1 + 4)
})

test('what all CPUs worked leaves out idle, waiting and stolen time', () => {
  const stat = 'cpu  100 20 30 9000 700 4 5 600 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\nintr 1\n'
  expect(busyTicksIn(stat)).toBe(100 + 20 + 30 + 4 + 5)
})

import { expect, test } from 'bun:test'
import { readWrk } from './wrk-output.ts'

const output = `Running 5s test @ http://127.0.0.1:18080/events
  1 threads and 256 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     4.91ms    1.02ms  27.55ms   91.24%
    Req/Sec    52.31k     2.11k   55.90k    84.00%
  Latency Distribution
     50%  500.00us
     75%    4.99ms
     90%    5.41ms
     99%    1.10s 
  260241 requests in 5.01s, 61.31MB read
Requests/sec:  51944.31
Transfer/sec:     12.24MB
`

test('requests, their rate and percentiles in milliseconds are read', () => {
  expect(readWrk(output)).toEqual({ requests: 260241, perSecond: 51944.31, p50: 0.5, p99: 1100 })
})

test('a run with errors is no measurement', () => {
  expect(() => readWrk(`${output}  Non-2xx or 3xx responses: 12\n`)).toThrow('responses: 12')
  expect(() => readWrk(`${output}  Socket errors: connect 0, read 3, write 0, timeout 0`)).toThrow(
    'read 3',
  )
  expect(() => readWrk('')).toThrow('wrk printed no')
  expect(() => readWrk(output.replace('500.00us', '500.00'))).toThrow('a time that is none')
})

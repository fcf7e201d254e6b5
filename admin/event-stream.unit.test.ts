import { describe, expect, test } from 'bun:test'
import { Hono } from 'hono'
import { eventStream, type SendEvent } from './event-stream.ts'

function aStream(refuses = false) {
  let send: SendEvent = () => {}
  let stopped = 0
  const app = new Hono().get('/', (c) =>
    eventStream(c, (given) => {
      send = given
      return refuses ? undefined : () => void stopped++
    }),
  )
  return {
    request: (method = 'GET') => app.request('/', { method }),
    send: (name: string, data: string) => send(name, data),
    stopped: () => stopped,
  }
}

describe('a stream', () => {
  test('writes events as the standard has them, a line of data for each line', async () => {
    const { request, send } = aStream()
    const answer = await request()
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    const reader = answer.body?.getReader()
    send('row', 'a\nb')
    const { value } = (await reader?.read()) ?? {}
    expect(new TextDecoder().decode(value)).toBe('event: row\ndata: a\ndata: b\n\n')
  })

  test('ends what sends when its reader goes', async () => {
    const { request, stopped } = aStream()
    const answer = await request()
    await answer.body?.cancel()
    expect(stopped()).toBe(1)
  })

  test('lets a reader go that does not read, and takes no more for it', async () => {
    const { request, send, stopped } = aStream()
    const answer = await request()
    for (let n = 0; n < 100; n++) send('content', String(n))
    expect(stopped()).toBe(1)
    const text = await answer.text()
    expect(text.match(/^event: content$/gm)?.length).toBeLessThan(12)
  })

  test('that is one too many is refused, and may be asked for again', async () => {
    const answer = await aStream(true).request()
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
    expect(await answer.json()).toMatchObject({ error: { code: 'TOO_MANY_VIEWERS' } })
  })

  test('begins nothing for who asks for its head only', async () => {
    const { request, send, stopped } = aStream(true)
    const answer = await request('HEAD')
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
    ])
    send('row', 'to nobody')
    expect(stopped()).toBe(0)
  })
})

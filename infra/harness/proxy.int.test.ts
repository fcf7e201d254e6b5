import { afterAll, beforeEach, expect, test } from 'bun:test'
import { connect, createServer, type Socket } from 'node:net'
import { openProxy } from './proxy.ts'
import { until } from './until.ts'

/** Answers every byte with the same byte. */
const echo = createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('error', () => {}).pipe(socket)
})
await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve))
const proxy = await openProxy((echo.address() as { port: number }).port)
const opened: Client[] = []
beforeEach(() => proxy.behave({ is: 'pass' }))
afterAll(async () => {
  for (const { socket } of opened) socket.destroy()
  await proxy.close()
  echo.close()
})

type Client = { socket: Socket; text: string; ended: boolean; broken: boolean }

function aClient(): Client {
  const socket = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true })
  const client: Client = { socket, text: '', ended: false, broken: false }
  socket.on('data', (chunk) => {
    client.text += chunk
  })
  socket.on('end', () => {
    client.ended = true
  })
  socket.on('error', () => {
    client.broken = true
  })
  opened.push(client)
  return client
}

async function aTalkingClient(): Promise<Client> {
  const client = aClient()
  client.socket.write('a')
  await until('the echo', () => client.text === 'a')
  return client
}

test('what is delayed comes later, and in order although the delay ends', async () => {
  const client = await aTalkingClient()
  proxy.behave({ is: 'delay', ms: 100 })
  const began = performance.now()
  client.socket.write('b')
  await until('the echo', () => client.text === 'ab')
  expect(performance.now() - began).toBeGreaterThan(190)
  client.socket.write('c')
  proxy.behave({ is: 'pass' })
  client.socket.write('d')
  await until('the echo', () => client.text === 'abcd')
})

test('a cut resets what is open, and what is new', async () => {
  const client = await aTalkingClient()
  proxy.behave({ is: 'cut' })
  await until('it is reset', () => client.broken || client.socket.destroyed)
  const another = aClient()
  await until('it is reset too', () => another.broken || another.socket.destroyed)
})

test('a black hole holds everything back until it is over', async () => {
  const client = await aTalkingClient()
  proxy.behave({ is: 'black-hole' })
  client.socket.write('b')
  const another = aClient()
  another.socket.write('x')
  await until('it is accepted', () => !another.socket.connecting)
  expect([client.text, another.text]).toEqual(['a', ''])
  proxy.behave({ is: 'pass' })
  await until('both echoes', () => client.text === 'ab' && another.text === 'x')
})

test('what is forgotten stays silent, and new connections pass', async () => {
  const client = await aTalkingClient()
  proxy.behave({ is: 'forget' })
  client.socket.write('b')
  await aTalkingClient()
  proxy.behave({ is: 'pass' })
  await aTalkingClient()
  expect(client).toMatchObject({ text: 'a', ended: false, broken: false })
})

test('a half-close ends the reading side only', async () => {
  const client = await aTalkingClient()
  proxy.behave({ is: 'half-close' })
  await until('it is told', () => client.ended)
  expect(client.socket.writable).toBe(true)
})

test('what is torn ends in the middle of an answer, and new connections pass', async () => {
  const client = await aTalkingClient()
  proxy.behave({ is: 'tear', bytes: 2 })
  await aTalkingClient()
  client.socket.write('bcd')
  await until('it is told', () => client.ended)
  expect(client.text).toBe('abc')
})

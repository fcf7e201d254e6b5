import { expect, test } from 'bun:test'
import { grpcStatus } from '../../contracts/grpc-status.ts'
import { wrongClose, wrongRefusal, wrongStatus } from './endings.ts'

test('a server that stops, and a connection that is lost, are no wrong ends', () => {
  expect(wrongClose(1012, 'Ingest stops')).toBeUndefined()
  expect(wrongClose(1006, '')).toBeUndefined()
  expect(wrongRefusal('UNAVAILABLE')).toBeUndefined()
  expect(wrongStatus(grpcStatus.UNAVAILABLE, 'Connection dropped')).toBeUndefined()
})

test('whatever else ends a stream is told in the server’s words', () => {
  expect(wrongClose(1000, '')).toBe('closed with 1000')
  expect(wrongClose(4401, 'UNAUTHORIZED: Unknown key')).toBe(
    'closed with 4401 UNAUTHORIZED: Unknown key',
  )
  expect(wrongRefusal('UNAUTHORIZED')).toBe('refused with UNAUTHORIZED')
  expect(wrongRefusal('CREDIT_EXCEEDED')).toBe('refused with CREDIT_EXCEEDED')
  expect(wrongStatus(grpcStatus.UNAUTHENTICATED, 'Unknown or revoked API key')).toBe(
    'ended with 16 Unknown or revoked API key',
  )
  expect(wrongStatus(grpcStatus.OK, '')).toBe('ended with 0')
})

/**
 * What HTTP and validation cost: reads an event, checks it, answers 202. Nothing keeps it. Run by Node.
 *
 *   node bare.js '{"port":PORT}'
 */
import { openDoor } from './door.ts'
import { accepted, invalid, isEvent, makeRequestId } from './event.ts'

const { port } = JSON.parse(process.argv[2] ?? '') as { port: number }

openDoor(port, ({ body }, answer) => {
  if (isEvent(body)) answer('202 Accepted', accepted(makeRequestId()))
  else answer('400 Bad Request', invalid)
})

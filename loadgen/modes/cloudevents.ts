/** One CloudEvent a request, in the JSON format (structured mode). Its source and id are its key. Pure. */
import type { Told } from '../told.ts'
import type { Mode } from './mode.ts'
import { single, tell } from './single.ts'

export const cloudevents: Mode = {
  ...single,
  contentType: 'application/cloudevents+json',
  keyIn: 'event',
  form: 'cloudevent',
  // A CloudEvent has no schema_version, and its data may be an array.
  place: ({ name }) => (name === 'wrong-type' || name === 'payload-array' ? 'none' : 'any'),
  read: (answer) => ({ told: [asOfEnvelope(tell(answer))], wrong: undefined }),
}

/** Kinds of events name what is wrong in an envelope; a CloudEvent's producer is told its own names, and no others. */
const asOfEnvelope = (told: Told): Told => ({
  ...told,
  words: told.words.replace(
    /(?<= )\/\S+$/,
    (path) => ofEnvelope[path] ?? `of no CloudEvent: ${path}`,
  ),
})

const ofEnvelope: Readonly<Record<string, string>> = {
  '/type': '/event_type',
  '/time': '/occurred_at',
  '/data/text': '/payload/text',
}

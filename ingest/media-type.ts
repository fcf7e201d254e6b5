import { type Refused, refused } from './accept.ts'

const jsonMediaType = /^application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?;?\s*$/i

/** What is wrong with how a single event is sent, by its headers; undefined when nothing is. */
export function refusedMediaType(
  contentType: string,
  contentEncoding: string,
): Refused | undefined {
  if (contentType !== 'application/json' && !jsonMediaType.test(contentType))
    return refused('UNSUPPORTED_MEDIA_TYPE')
  if (contentEncoding !== '' && contentEncoding.toLowerCase() !== 'identity')
    return refused('UNSUPPORTED_MEDIA_TYPE')
  return undefined
}

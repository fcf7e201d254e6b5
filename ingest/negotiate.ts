/** What a client would rather have, by its Accept header (RFC 9110, section 12.5.1): pure. */

export const problemJson = 'application/problem+json'

/**
 * Whether refusals go out as problems (RFC 9457): only to a client that names their media type, and likes them no less
 * than plain JSON. A wildcard names nothing.
 */
export function asksForProblems(accept: string): boolean {
  // Nearly no client does: the header need not be taken apart to know that.
  if (!mentionsProblems.test(accept)) return false
  const ranges = rangesIn(accept)
  const quality = ranges.get(problemJson) ?? 0
  return quality > 0 && quality >= qualityOf('application/json', ranges)
}

/** Whether a page is liked better than JSON: browsers say so, curl does not. */
export function prefersPage(accept: string): boolean {
  const ranges = rangesIn(accept)
  return qualityOf('text/html', ranges) > qualityOf('application/json', ranges)
}

/** Media ranges with their weights, 0 (not at all) to 1. */
export type Ranges = ReadonlyMap<string, number>

/** Of a range given twice the first counts; one whose weight is no weight is passed over. No header is all of them. */
export function rangesIn(accept: string): Ranges {
  const ranges = new Map<string, number>()
  if (accept.trim() === '') ranges.set('*/*', 1)
  for (const element of accept.match(elements) ?? []) {
    const [range = '', ...parameters] = element.split(';').map((part) => part.trim().toLowerCase())
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1'
    if (isWeight.test(weight) && !ranges.has(range)) ranges.set(range, Number(weight))
  }
  return ranges
}

/** How much a media type is liked: the most specific range decides. */
export function qualityOf(mediaType: string, ranges: Ranges): number {
  const ofItsKind = `${mediaType.slice(0, mediaType.indexOf('/'))}/*`
  return ranges.get(mediaType) ?? ranges.get(ofItsKind) ?? ranges.get('*/*') ?? 0
}

const mentionsProblems = /application\/problem\+json/i

/** What stands between commas; a comma in quotes parts nothing. */
const elements = /(?:[^,"]|"(?:[^"\\]|\\.)*"?)+/g

const isWeight = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/

/** Foreign documents on a page: JSON indented, text as it is, bytes in base64. Long ones are cut, and say so. */

import { readOriginal } from '../contracts/original.ts'
import { Foreign } from './facts-shown.tsx'
import { jsonLines, messagesByLine } from './json-lines.ts'
import { letterFindings } from './letter-findings.ts'
import { prettyJson } from './pretty-json.ts'
import type { DeadLetter } from './record-facts.ts'

/** Of JSON on a page: indented and escaped it is some times as much. */
export const MOST_CHARACTERS = 64 * 1024

export function JsonText(props: { text: string; jsonUrl: string; most?: number }) {
  const { text, jsonUrl, most = MOST_CHARACTERS } = props
  const cut = text.length > most
  return (
    <>
      {cut && <Cut shown={most} whole={text.length} unit="characters" url={jsonUrl} />}
      <Document text={cut ? text.slice(0, most).toWellFormed() : prettyJson(text)} />
    </>
  )
}

export function OriginalRecord({ letter, wholeUrl }: { letter: DeadLetter; wholeUrl: string }) {
  const { original: bytes, originalBytes } = letter
  const part = bytes.length < originalBytes
  const original = readOriginal(bytes, part)
  const note = part ? (
    <Cut shown={bytes.length} whole={originalBytes} unit="bytes" url={wholeUrl} />
  ) : null
  if (originalBytes === 0) return <p class="none">The record is empty.</p>
  if (original.kind === 'bytes')
    return (
      <>
        {note}
        <p class="none">Not UTF-8; in base64:</p>
        <Document text={original.base64} />
      </>
    )
  return (
    <>
      {note}
      {original.kind === 'text' && !part && <p class="none">Not JSON; as text:</p>}
      {original.kind === 'json' ? (
        <MarkedDocument letter={letter} json={original.text} />
      ) : (
        <Document text={original.text} />
      )}
    </>
  )
}

/** The record, with what is wrong said where it is wrong. */
function MarkedDocument({ letter, json }: { letter: DeadLetter; json: string }) {
  const lines = jsonLines(json)
  if (lines === null) return <Document text={prettyJson(json)} />
  const messages = messagesByLine(lines, letterFindings(letter, json))
  return (
    <pre class="document" tabindex={0}>
      {'\n'}
      {lines.map(({ text }, i) => {
        const found = messages.get(i)
        const shown = shownText(text)
        if (found === undefined) return `${shown}\n`
        return (
          <mark>
            {`${shown}\n`}
            {found.map((message) => (
              <span class="finding">
                ▲ <Foreign text={message} most={300} />
                {'\n'}
              </span>
            ))}
          </mark>
        )
      })}
    </pre>
  )
}

/** A new line right after <pre> is dropped by the HTML parser, hence the one before the text. */
function Document({ text }: { text: string }) {
  return (
    <pre class="document" tabindex={0}>
      {`\n${shownText(text)}`}
    </pre>
  )
}

const shownText = (text: string): string =>
  text.replaceAll('\0', '\u2400').replaceAll(REORDERING, codePoint)

const REORDERING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

const codePoint = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

function Cut(props: { shown: number; whole: number; unit: string; url: string }) {
  const { shown, whole, unit, url } = props
  const of = `The first ${shown.toLocaleString('en')} of ${whole.toLocaleString('en')} ${unit}.`
  return (
    <p class="none">
      {of} <a href={url}>All of it</a>
    </p>
  )
}

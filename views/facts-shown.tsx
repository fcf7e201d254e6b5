/** Small pieces that show one fact: a number, a rate, a piece of foreign text, a badge. Unknown is the word unknown. */
import type { Child } from 'hono/jsx'
import { keyPath } from './key-path.ts'

const grouped = new Intl.NumberFormat('en')

export function Num({ value }: { value: number | null }) {
  if (value === null) return <Unknown />
  return <span class="num">{grouped.format(value).replace('-', '−')}</span>
}

export const Unknown = () => <span class="unknown">unknown</span>

export const None = ({ children = 'none' }: { children?: Child }) => (
  <span class="none">{children}</span>
)

/** How many a second: whole numbers from 10 on, one digit below. */
export function Rate({ value }: { value: number | null }) {
  if (value === null) return <Unknown />
  return <span class="num">{`${rateOf(value)}/s`}</span>
}

export const rateOf = (value: number): string =>
  value >= 10 || value === 0
    ? grouped.format(Math.round(value))
    : value.toFixed(value < 0.1 ? 2 : 1)

/**
 * Text that a stranger wrote, isolated from the direction of the text around it. Characters that cannot be seen or
 * that reorder others are named; beyond `most` characters it is cut, and says so.
 */
export function Foreign({ text, most = 255 }: { text: string; most?: number }) {
  const shown = text.length > most ? text.slice(0, most).toWellFormed() : text
  return (
    <bdi class="foreign">
      {shown === '' ? <None>empty</None> : named(shown)}
      {shown !== text && <span class="none">{`… ${grouped.format(text.length)} characters`}</span>}
    </bdi>
  )
}

const UNSEEN = /([\p{Cc}\p{Zl}\p{Zp}\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff])/u

const named = (text: string): Child[] =>
  text
    .split(UNSEEN)
    .map((piece, i) => (i % 2 === 1 ? <span class="unseen">{codePoint(piece)}</span> : piece))

const codePoint = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`

export function Badge({ tone, children }: { tone: Tone; children: Child }) {
  return <span class={`badge ${tone}`}>{children}</span>
}

export type Tone = 'good' | 'warn' | 'bad' | 'plain'

/** A link to everything under one key of a tenant. */
export function KeyLink({
  tenantId,
  idempotencyKey,
}: {
  tenantId: string
  idempotencyKey: string
}) {
  const text = <Foreign text={idempotencyKey} most={80} />
  return tenantId === '' ? text : <a href={keyPath(tenantId, idempotencyKey)}>{text}</a>
}

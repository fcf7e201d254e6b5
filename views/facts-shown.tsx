/** Small pieces that show one fact: a number, an instant, a piece of foreign text. Unknown is the word unknown. */
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

/** An instant as the time since it, with the exact one at hand. */
export function Ago({ at, now }: { at: Date; now: Date }) {
  return (
    <time data-ago datetime={at.toISOString()} title={exact(at)}>
      {since(now.getTime() - at.getTime())}
    </time>
  )
}

/** An instant in full, in UTC. */
export const Exact = ({ at }: { at: Date }) => (
  <time class="num" datetime={at.toISOString()}>
    {exact(at)}
  </time>
)

/** The time of day of an instant, in UTC. */
export const Clock = ({ at }: { at: Date }) => (
  <time class="num" datetime={at.toISOString()} title={exact(at)}>
    {`${at.toISOString().slice(11, 19)} UTC`}
  </time>
)

/** A length of time, in the two largest units that matter. */
export function durationOf(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 90) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 90) return `${minutes} min`
  if (minutes < 36 * 60)
    return minutes % 60 === 0
      ? `${minutes / 60} h`
      : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
  const hours = Math.round(minutes / 60)
  return hours % 24 === 0 ? `${hours / 24} d` : `${Math.floor(hours / 24)} d ${hours % 24} h`
}

/** How many a second: whole numbers from 10 on, one digit below. */
export function Rate({ value }: { value: number | null }) {
  if (value === null) return <Unknown />
  return <span class="num">{`${rateOf(value)}/s`}</span>
}

export const rateOf = (value: number): string =>
  value >= 10 || value === 0
    ? grouped.format(Math.round(value))
    : value.toFixed(value < 0.1 ? 2 : 1)

const exact = (at: Date): string => at.toISOString().replace('T', ' ').replace('Z', ' UTC')

function since(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1000)
  const [amount, unit] =
    seconds < 90
      ? [seconds, 's']
      : seconds < 90 * 60
        ? [Math.round(seconds / 60), 'min']
        : seconds < 36 * 3600
          ? [Math.round(seconds / 3600), 'h']
          : [Math.round(seconds / 86_400), 'd']
  return ms < -1000 ? `in ${amount} ${unit}` : `${amount} ${unit} ago`
}

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

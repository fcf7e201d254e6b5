/** Fields of a form that narrows a list; what is given stays in them. */
import type { Child } from 'hono/jsx'

type InputProps = {
  readonly name: string
  readonly label: string
  readonly value: string | undefined
  readonly most: number
  readonly hint?: string
  readonly wide?: boolean
}

export function Input({ name, label, value, most, hint, wide }: InputProps) {
  return (
    <label class={wide ? 'wide' : undefined}>
      <span>{label}</span>
      <input
        name={name}
        value={value?.slice(0, most) ?? ''}
        maxlength={most}
        placeholder={hint}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
      />
    </label>
  )
}

export type Choice = readonly [value: string, text: string]

export function Select(props: {
  name: string
  label: string
  value: string | undefined
  choices: readonly Choice[]
}) {
  const { name, label, value = '', choices } = props
  const known = choices.some(([each]) => each === value)
  return (
    <label>
      <span>{label}</span>
      <select name={name}>
        {!known && (
          <option value={value} selected>
            {value}
          </option>
        )}
        {choices.map(([each, text]) => (
          <option value={each} selected={each === value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  )
}

/** A form whose fields are the page's address: what was searched for can be shared. */
export const Filters = (props: { action: string; submit: string; children: Child }) => (
  <form class="filters panel" method="get" action={props.action}>
    {props.children}
    <div class="actions">
      <button class="main" type="submit">
        {props.submit}
      </button>
      <a href={props.action}>Clear</a>
    </div>
  </form>
)

/** Seed 003's menu in a terminal: the only file that asks questions. */
import * as prompts from '@clack/prompts'
import { type FlatEvent, flatEventOf, knownAfter, sampleEvents } from './flat-event.ts'
import { type Field, type Kind, type Known, kindNames, kinds, problemOf } from './kinds.ts'
import type { Sent } from './send.ts'
import { sentText } from './told.ts'

/** Until somebody leaves it. */
export async function runMenu(sendOne: (event: FlatEvent) => Promise<Sent>): Promise<void> {
  prompts.intro('Event Producer Menu')
  let known: Known = {}
  for (;;) {
    const choice = await prompts.select<Kind | 'sample' | 'exit'>({
      message: 'What happens?',
      options: [
        ...kindNames.map((name) => ({ value: name, label: kinds[name].title })),
        { value: 'sample', label: 'Generate sample events', hint: 'user, order, payment, stock' },
        { value: 'exit', label: 'Exit' },
      ],
    })
    if (prompts.isCancel(choice) || choice === 'exit') break
    const events = choice === 'sample' ? samples() : await askFor(choice, known)
    for (const event of events) {
      known = knownAfter(known, event)
      tell(await sendOne(event))
    }
  }
  prompts.outro('Bye')
}

const samples = () => sampleEvents(crypto.randomUUID().slice(0, 8), new Date())

/** One event; none when a question was answered with Ctrl-C. */
async function askFor(kind: Kind, known: Known): Promise<readonly FlatEvent[]> {
  const typed: Record<string, string> = {}
  for (const field of kinds[kind].fields) {
    const answer = await askField(field, known)
    if (answer === undefined) return []
    typed[field.name] = answer
  }
  return [flatEventOf(kind, typed, { known, eventId: crypto.randomUUID(), now: new Date() })]
}

async function askField(field: Field, known: Known): Promise<string | undefined> {
  const usual = field.usual(known)
  const answer = await prompts.text({
    message: field.about.charAt(0).toUpperCase() + field.about.slice(1),
    ...(usual !== undefined && { placeholder: usual, defaultValue: usual }),
    validate: (typed) =>
      !typed && usual !== undefined ? undefined : problemOf(field, typed ?? ''),
  })
  return prompts.isCancel(answer) ? undefined : answer
}

function tell(sent: Sent): void {
  if (sent.accepted) prompts.log.success(sentText(sent))
  else prompts.log.error(sentText(sent))
}

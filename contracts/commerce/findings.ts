import type { Finding } from '../envelope.ts'
import { commerceEvents, commerceTypes, isCommerceType } from './events.ts'

/**
 * What is wrong with a flat event's type, and with its fields when the type is known; nothing when both are right.
 * Paths are of the flat event: `/email`.
 */
export function commerceFindings(eventType: unknown, payload: unknown): Finding[] {
  // A type that is missing, or no text at all, is found by the envelope.
  if (typeof eventType !== 'string' || eventType === '') return []
  if (!isCommerceType(eventType)) return [unknownType]
  const given = typeof payload === 'object' && payload !== null ? payload : {}
  const findings: Finding[] = []
  for (const [name, { type, words }] of Object.entries(commerceEvents[eventType].fields)) {
    const path = `/${name}`
    if (!Object.hasOwn(given, name))
      findings.push({ code: 'FIELD_MISSING', path, message: `missing ${name}` })
    else if (!type.allows((given as Record<string, unknown>)[name]))
      findings.push({ code: 'FIELD_INVALID', path, message: `${name} must be ${words}` })
  }
  return findings
}

const unknownType: Finding = {
  code: 'FIELD_INVALID',
  path: '/eventType',
  message: `eventType must be one of ${commerceTypes.join(', ')}`,
}

import type { Note } from './step.mjs'
export const leastBun: string
export function findBun(root: string): { path: string; version: string } | undefined
export function readyBun(
  place: { root: string; logs: string },
  note: Note,
): Promise<{ path: string; version: string }>

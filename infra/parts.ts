/** What Pulse stands on. Each of them can come from somewhere else. */
export const parts = ['kafka', 'postgres', 'redis'] as const
export type Part = (typeof parts)[number]

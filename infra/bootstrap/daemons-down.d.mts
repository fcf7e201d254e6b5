export type Policy = { file: string; text: string; mode: number }
export function whileDaemonsStayDown<Result>(
  work: (interrupted: AbortSignal) => Promise<Result>,
  files?: readonly Policy[],
): Promise<Result>

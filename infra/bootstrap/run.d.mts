export type RunOptions = {
  log: string
  cwd?: string
  env?: NodeJS.ProcessEnv
  advice?: string
  interrupted?: AbortSignal
}
export function runLogged(command: string, args: string[], options: RunOptions): Promise<void>
export function answerOf(command: string, args: string[], options?: object): string | undefined
export function which(program: string): string | undefined
export function isExecutable(file: string): boolean

export type Note = (about: string) => void
export type Done<T> = { readonly result: T; readonly detail?: string }
export type Paint = Record<'dim' | 'red' | 'green' | 'yellow' | 'bold', (text: string) => string>
export type Out = { readonly isTTY?: boolean; write(text: string): unknown }
export type Steps = {
  run<T>(name: string, work: (note: Note) => Promise<Done<T>>): Promise<T>
  line(text: string): void
  mute(): void
  readonly paint: Paint
}
export class StepFailure extends Error {
  constructor(message: string, about?: { log?: string; advice?: string })
  readonly log: string | undefined
  readonly advice: string | undefined
}
export function makeSteps(out: Out): Steps
export function reportFailure(out: Out, error: unknown): void
export function tail(file: string, count: number): string[]
export function painter(out: Out): Paint

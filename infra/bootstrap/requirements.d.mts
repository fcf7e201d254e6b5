export type Problem = { readonly message: string; readonly advice: string }
export function checkNode(): string
export function checkFolder(folder: string): void
export function nodeProblem(version: string, modules: string): Problem | undefined
export function diskProblem(folder: string, free: number): Problem | undefined
export function folderProblem(folder: string, code: string): Problem | undefined

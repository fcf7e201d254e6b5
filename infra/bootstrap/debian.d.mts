export function missingPackages(names: readonly string[]): string[]
export function installPackages(names: readonly string[], about: { log: string }): Promise<void>
export function adviceFor(names: readonly string[], manager: string | undefined): string

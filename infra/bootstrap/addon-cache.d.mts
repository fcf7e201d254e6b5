export function copyBuild(from: string, to: string): void
export function restoreAddon(cached: string, folder: string): boolean
export function storeAddon(folder: string, cached: string): void

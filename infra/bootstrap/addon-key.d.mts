export type Platform = { modules: string; platform: string; arch: string; libc: string }
export function addonKey(line: string, platform: Platform): string
export function lockLine(lock: string, name: string): string

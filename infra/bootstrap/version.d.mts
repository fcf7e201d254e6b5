export function isAtLeast(version: string, least: string): boolean

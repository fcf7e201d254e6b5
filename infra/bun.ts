/**
 * The words before a script that this Bun runs with the environment that it is given, and nothing else: by itself Bun
 * would add the clone's `.env`, with what the caller had left out of the environment on purpose.
 */
export const bun = [process.execPath, '--no-env-file'] as const

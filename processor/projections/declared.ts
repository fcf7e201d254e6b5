/** Every projection that there is: one file each in `declared/`, found by being there. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Projection } from './declare.ts'

const folder = join(import.meta.dirname, 'declared')

/** In the order of their names. Throws when two have a name or a table in common, or a file declares none. */
export async function declaredProjections(from = folder): Promise<readonly Projection[]> {
  const files = readdirSync(from).filter((file) => file.endsWith('.ts') && !file.includes('.test.'))
  const projections = await Promise.all(
    files.sort().map((file) => readDeclaration(join(from, file))),
  )
  for (const names of [
    projections.map(({ name }) => name),
    projections.flatMap(({ tables }) => tables),
  ])
    for (const name of names)
      if (names.indexOf(name) !== names.lastIndexOf(name))
        throw new Error(`two projections declare '${name}'`)
  return projections
}

async function readDeclaration(file: string): Promise<Projection> {
  const { projection } = (await import(file)) as { projection?: Projection }
  if (projection === undefined) throw new Error(`${file} exports no projection`)
  return projection
}

/** Every projection that there is: one file each in `declared/`, found by being there. */
import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { reasonOf } from '../../contracts/reason.ts'
import { declare, type Projection } from './declare.ts'

const folder = join(import.meta.dirname, 'declared')

export type Declarations = {
  readonly projections: readonly Projection[]
  readonly broken: readonly Broken[]
}

/** A file that declares no projection that could run: its name without the ending, and why. */
export type Broken = { readonly name: string; readonly why: string }

/** In the order of their files. One that cannot be read, or has a name or a table that another has, is told and left out. */
export async function readDeclarations(from = folder): Promise<Declarations> {
  const files = readdirSync(from).filter((file) => file.endsWith('.ts') && !file.includes('.test.'))
  const read = await Promise.all(files.sort().map((file) => readDeclaration(join(from, file))))
  const found = read.flatMap((each) => ('projection' in each ? [each.projection] : []))
  const judged = read.map((each) => {
    if (!('projection' in each)) return each
    const why = whatOthersHave(each.projection, found)
    return why === undefined ? each : { name: each.name, why }
  })
  return {
    projections: judged.flatMap((each) => ('projection' in each ? [each.projection] : [])),
    broken: judged.flatMap((each) => ('projection' in each ? [] : [each])),
  }
}

/** The same; throws when one is broken. */
export async function declaredProjections(from = folder): Promise<readonly Projection[]> {
  const { projections, broken } = await readDeclarations(from)
  if (broken.length === 0) return projections
  throw new Error(broken.map(({ name, why }) => `${name}: ${why}`).join('; '))
}

async function readDeclaration(
  file: string,
): Promise<Broken | { readonly name: string; readonly projection: Projection }> {
  const name = basename(file, '.ts')
  try {
    const { projection } = (await import(file)) as { projection?: Projection }
    if (projection === undefined) return { name, why: 'the file exports no projection' }
    return { name, projection: declare(projection) }
  } catch (err) {
    return { name, why: reasonOf(err) }
  }
}

function whatOthersHave(projection: Projection, all: readonly Projection[]): string | undefined {
  const others = all.filter((each) => each !== projection)
  const twice = others.some(({ name }) => name === projection.name)
    ? projection.name
    : projection.tables.find((table) => others.some(({ tables }) => tables.includes(table)))
  return twice && `two projections declare '${twice}'`
}

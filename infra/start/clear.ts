/**
 * Deletes the data of a clone's stores. The order keeps the promise if it is interrupted: without Redis, claims are only
 * missing; without Kafka, what is stored stays stored; Postgres goes last.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { StepFailure } from '../bootstrap/step.mjs'
import { askDocker } from '../docker/engine.ts'
import { removeContainers } from '../docker/infrastructure.ts'
import { claimCluster, removeCluster } from '../native/postgres-cluster.ts'

export type Store = {
  readonly name: 'redis' | 'kafka' | 'postgres' | 'docker'
  readonly dir: string
  /** One line for the person who is asked. */
  readonly about: string
}

const order = ['redis', 'kafka', 'postgres', 'docker'] as const

/** What there is to delete under `.pulse`, in the order in which it goes. */
export function storesIn(state: string): Store[] {
  const here = order.map((name) => ({ name, dir: join(state, name) }))
  return here
    .filter(({ dir }) => existsSync(dir))
    .map((store) => ({ ...store, about: `${store.name.padEnd(9)} ${placeOf(store)}` }))
}

/** Deletes them all, or none: when Docker is needed for it and does not answer, or the database is another clone's. */
export async function clearStores(
  stores: readonly Store[],
  place: { readonly logs: string; readonly project: string },
): Promise<void> {
  const docker = stores.find(({ name }) => name === 'docker')
  const answer = docker && (await askDocker())
  if (answer && !answer.answers) {
    throw new StepFailure(`Nothing was deleted: this clone has Docker volumes, and ${answer.why}`, {
      advice: answer.advice,
    })
  }
  const postgres = stores.find(({ name }) => name === 'postgres')
  if (postgres) claimCluster(postgres.dir)
  if (docker) await removeContainers({ ...place, dir: docker.dir })
  for (const { name, dir } of stores) {
    if (name === 'postgres') removeCluster(dir)
    else rmSync(dir, { recursive: true, force: true })
  }
}

function placeOf({ name, dir }: Pick<Store, 'name' | 'dir'>): string {
  if (name === 'docker') return 'the volumes of its containers'
  const pointer = join(dir, 'elsewhere')
  return existsSync(pointer) ? `${dir}, ${readFileSync(pointer, 'utf8')}` : dir
}

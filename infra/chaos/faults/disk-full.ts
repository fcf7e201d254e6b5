import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Fault, Target } from '../fault.ts'
import { mustHaveStopped } from '../felt.ts'
import type { Undo } from '../undo.ts'

const diskBytes = 16 * 1024 * 1024

export const diskFull: Fault = {
  name: 'disk-full',
  about:
    "the day's events are moved to a disk of 16 MiB that somebody else fills up for eight seconds",
  holdMs: 8_000,
  needsRoot: true,
  async apply(target) {
    const { sql, undo } = target
    const disk = mountSmallDisk(undo)
    await sql.unsafe(`create tablespace small location '${disk}'`)
    undo.add(() => sql`drop tablespace small`)
    undo.add(() => moveEvents(target, 'pg_default'))
    await moveEvents(target, 'small')
    const others = join(disk, 'somebody-elses')
    undo.add(() => rmSync(others, { force: true }))
    fill(others)
  },
  heal: ({ sql, undo }) => mustHaveStopped(sql, 3, undo.all),
}

function mountSmallDisk(undo: Undo): string {
  const folder = mkdtempSync(join(tmpdir(), 'pulse-disk-'))
  undo.add(() => rmSync(folder, { recursive: true }))
  run('mount', '-t', 'tmpfs', '-o', `size=${diskBytes}`, 'tmpfs', folder)
  // Lazy: what is left on it, when the tables could not be moved back, keeps it from nothing.
  undo.add(() => run('umount', '--lazy', folder))
  // Postgres is another user, and makes a folder of its own in it.
  run('chown', 'postgres', folder)
  chmodSync(folder, 0o700)
  return folder
}

/** Tables and what grows with them: their indexes. */
async function moveEvents({ sql }: Target, tablespace: string): Promise<void> {
  const relations = await sql<{ kind: string; name: string }[]>`
    select case c.relkind when 'r' then 'table' else 'index' end as kind, c.relname as name
      from pg_class c
      left join pg_index i on i.indexrelid = c.oid
     where coalesce(i.indrelid, c.oid) in (select inhrelid from pg_inherits where inhparent = 'events'::regclass)
       and c.relkind in ('r', 'i')`
  for (const { kind, name } of relations)
    await sql.unsafe(`alter ${kind} "${name}" set tablespace ${tablespace}`)
}

/** Until there is no room for another block. */
function fill(file: string): void {
  for (const bytes of [1024 * 1024, 8192, 512])
    try {
      for (;;) writeFileSync(file, Buffer.alloc(bytes), { flag: 'a' })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    }
}

function run(command: string, ...args: string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`)
}

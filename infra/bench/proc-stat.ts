/** What Linux says of a process in proc_pid_stat(5) and proc_pid_status(5). Pure. */

export type ProcessTimes = {
  readonly parent: number
  /** In clock ticks: user and system. */
  readonly own: number
  /** Of children that have ended and were waited for. */
  readonly ended: number
}

/** The name in field 2 may hold spaces and parentheses, so fields are counted from its end. */
export function timesIn(stat: string): ProcessTimes {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  // Field 3 is the first of these.
  const field = (number: number) => Number(fields[number - 3])
  return { parent: field(4), own: field(14) + field(15), ended: field(16) + field(17) }
}

/** Clock ticks of `root`, of what descends from it, and of its children that have ended. */
export function ticksOf(root: number, processes: ReadonlyMap<number, ProcessTimes>): number {
  const top = processes.get(root)
  if (top === undefined) throw new Error(`process ${root} has ended`)
  return familyOf(root, processes).reduce(
    (sum, pid) => sum + (processes.get(pid)?.own ?? 0),
    top.ended,
  )
}

/** `root` and what descends from it. */
export function familyOf(root: number, processes: ReadonlyMap<number, ProcessTimes>): number[] {
  const children = [...processes].filter(([, { parent }]) => parent === root)
  return [root, ...children.flatMap(([pid]) => familyOf(pid, processes))]
}

/** Clock ticks that all CPUs together have worked, by proc_stat(5); what a host gave to other machines is not work. */
export function busyTicksIn(stat: string): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = (
    /^cpu +(.*)$/m.exec(stat)?.[1] ?? ''
  )
    .split(' ')
    .map(Number)
  return user + nice + system + irq + softirq
}

export type Resident = { readonly own: number; readonly file: number; readonly shared: number }

/** In KiB. */
export function residentIn(status: string): Resident {
  const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1])
  return { own: field('RssAnon'), file: field('RssFile'), shared: field('RssShmem') }
}

/** In MiB. Pages that the processes of a family share (programs, Postgres' buffers) count once. */
export function residentMiB(family: readonly Resident[]): number {
  const own = family.reduce((sum, each) => sum + each.own, 0)
  const most = (of: (each: Resident) => number) => Math.max(0, ...family.map(of))
  return (own + most(({ file }) => file) + most(({ shared }) => shared)) / 1024
}

/** Where each partition goes back to. Pure. */

export type Where =
  | { readonly to: 'earliest' }
  /** Milliseconds since 1970. */
  | { readonly to: 'instant'; readonly ms: number }
  | { readonly to: 'offset'; readonly offset: bigint }

export type PartitionOffsets = {
  readonly partition: number
  /** Offset of the first record that the log still has. */
  readonly start: bigint
  /** Offset that the next record will get. */
  readonly end: bigint
  /** What the group committed; undefined when it never did. */
  readonly committed: bigint | undefined
  /** The first record since the instant that was asked for; undefined when there is none. */
  readonly since: bigint | undefined
}

export type Target = {
  readonly partition: number
  /** Where the group would have gone on. */
  readonly from: bigint
  readonly to: bigint
  /** Offsets between: how many are read again, at the most. */
  readonly again: bigint
}

/** Partitions that are to go back, or why they cannot. What is committed further back already stays. */
export function targetsOf(
  where: Where,
  partitions: readonly PartitionOffsets[],
): readonly Target[] | string {
  if (where.to === 'offset')
    for (const { partition, start, end } of partitions)
      if (where.offset < start || where.offset > end)
        return `partition ${partition} holds offsets ${start} to ${end}, not ${where.offset}`
  return partitions.flatMap((each) => {
    const { partition, end } = each
    const from = each.committed ?? end
    const to = placeOf(where, each)
    return to < from ? [{ partition, from, to, again: from - to }] : []
  })
}

function placeOf(where: Where, { start, end, since }: PartitionOffsets): bigint {
  switch (where.to) {
    case 'earliest':
      return start
    case 'instant':
      return since ?? end
    case 'offset':
      return where.offset
  }
}

/**
 * Tells Redis what became of claims: what comes in one turn of the event loop together, and what Redis did not hear
 * again, until it does. A claim left pending would refuse repeats of an event that is in Kafka.
 * Bounded: what is older than a lease is forgotten, since its claim is free by itself, and beyond so many what is newest.
 */
import type { Claim, Claims } from './claims.ts'
import { claimLeaseMs } from './timing.ts'

export type Outcomes = {
  /** The broker has the event. */
  acked(claim: Claim): void
  /** The event is definitely not in Kafka. */
  failed(claim: Claim): void
  /** Asks Redis to note what has come since the last time. */
  tell(): void
  /** Resolves when Redis knows it all, or does not hear it. */
  settled(): Promise<void>
}

/** Events in one call to Redis: it answers nobody else meanwhile, for a few milliseconds at this number. */
export const mostInOneCall = 512

const mostUnheard = 50_000
const againMs = 1_000

export function makeOutcomes(claims: Pick<Claims, 'confirm' | 'release'>): Outcomes {
  const confirmations = teller(claims.confirm)
  const releases = teller(claims.release)
  const all = [confirmations, releases]
  return {
    acked: confirmations.gather,
    failed: releases.gather,
    tell() {
      for (const each of all) each.tell()
    },
    async settled() {
      for (const each of all) each.tell()
      await Promise.all(all.map((each) => each.settled()))
    },
  }
}

type Batch = { readonly claims: readonly Claim[]; readonly usefulUntil: number }

/** `send` says whether Redis heard. */
function teller(send: (claims: readonly Claim[]) => Promise<boolean>) {
  let gathered: Claim[] = []
  let unheard: Batch[] = []
  let unheardClaims = 0
  const calls = new Set<Promise<void>>()
  let timer: NodeJS.Timeout | undefined

  async function deliver(batch: Batch): Promise<boolean> {
    const heard = await send(batch.claims)
    if (!heard) keep(batch)
    return heard
  }

  function keep(batch: Batch): void {
    if (unheardClaims + batch.claims.length > mostUnheard) return
    unheard.push(batch)
    unheardClaims += batch.claims.length
    timer ??= setTimeout(() => void track(again()), againMs)
  }

  /** All of it, as long as Redis hears. */
  async function again(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    const batches = unheard
    unheard = []
    unheardClaims = 0
    let heard = true
    for (const batch of batches) {
      if (batch.usefulUntil < performance.now()) continue
      if (heard) heard = await deliver(batch)
      else keep(batch)
    }
  }

  function track(call: Promise<unknown>): Promise<void> {
    const tracked = call.then(() => void calls.delete(tracked))
    calls.add(tracked)
    return tracked
  }

  return {
    gather: (claim: Claim): void => void gathered.push(claim),
    tell(): void {
      if (gathered.length === 0) return
      const usefulUntil = performance.now() + claimLeaseMs
      for (let from = 0; from < gathered.length; from += mostInOneCall)
        void track(deliver({ claims: gathered.slice(from, from + mostInOneCall), usefulUntil }))
      gathered = []
    },
    async settled(): Promise<void> {
      while (calls.size > 0) await Promise.all(calls)
      await again()
      clearTimeout(timer)
    },
  }
}

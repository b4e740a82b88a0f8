import type { DeviceId, Sha256 } from '#protocol/ids.ts'
import type { Clock } from '#server/clock.ts'
import type { Database } from '#server/db.ts'
import { createLru } from './lru.ts'
import { readDayPlans, readPlanHashes, type StoredPlan } from './store.ts'

/** Where clips lie. They are immutable and named by the SHA-256 of their bytes. */
export interface ClipStore {
  open(sha256: Sha256): Promise<{ readonly path: string; readonly bytes: number } | undefined>
}

export type Blob =
  | { readonly kind: 'plan'; readonly data: Buffer }
  | { readonly kind: 'clip'; readonly path: string; readonly bytes: number }

export interface Blobs {
  /** The clip or day plan, when the device's target names it; undefined for anything else, whether it exists or not. */
  find(id: DeviceId, sha256: Sha256): Promise<Blob | undefined>
  /** The device's target changed, or it lost its installation. */
  forget(ids: readonly string[]): void
}

const PLAN_CACHE_BYTES = 16 * 1_048_576
const DEVICE_CACHE = 4_000
/** What a target named may be fetched for so long after it named it no more: harmless, and saves a question per block. */
const NAMED_FOR_MS = 60_000
/** A device that asks for what it may not have causes at most one look-up in this time. */
const REFUSED_FOR_MS = 1_000

interface NamedPlans {
  readonly hashes: readonly string[]
  readonly readAtMs: number
}

/** Clips and day plans, as far as a device may have them. Memory is bounded whatever the number of devices. */
export function createBlobs(deps: {
  readonly db: Pick<Database, 'pool'>
  readonly clock: Clock
  readonly clips: ClipStore
}): Blobs {
  const { db, clock, clips } = deps
  const plans = createLru<StoredPlan>(PLAN_CACHE_BYTES, (plan) => plan.bytes.byteLength + 100 * plan.clips.size)
  const devices = createLru<NamedPlans>(DEVICE_CACHE, () => 1)
  /** How often targets have changed since the start. */
  let changes = 0

  async function loadPlans(hashes: readonly string[]): Promise<StoredPlan[]> {
    const known = hashes.flatMap((hash) => plans.get(hash) ?? [])
    if (known.length === hashes.length) return known
    const missing = hashes.filter((hash) => !known.some((plan) => plan.sha256 === hash))
    const read = await readDayPlans(db.pool, missing)
    for (const plan of read) plans.set(plan.sha256, plan)
    return [...known, ...read]
  }

  async function findAmong(hashes: readonly string[], sha256: Sha256): Promise<Blob | undefined> {
    if (hashes.includes(sha256)) {
      const [plan] = await loadPlans([sha256])
      return plan === undefined ? undefined : { kind: 'plan', data: plan.bytes }
    }
    if (!(await loadPlans(hashes)).some((plan) => plan.clips.has(sha256))) return undefined
    const file = await clips.open(sha256)
    return file === undefined ? undefined : { kind: 'clip', ...file }
  }

  return {
    async find(id, sha256) {
      const cached = devices.get(id)
      const ageMs = cached === undefined ? Number.POSITIVE_INFINITY : clock.monotonicMs() - cached.readAtMs
      if (cached !== undefined && ageMs < NAMED_FOR_MS) {
        const blob = await findAmong(cached.hashes, sha256)
        if (blob !== undefined || ageMs < REFUSED_FOR_MS) return blob
      }
      // A target that changed while it was read was read too early: kept, it would refuse what the new one names.
      for (;;) {
        const before = changes
        const hashes = await readPlanHashes(db.pool, id)
        if (changes !== before) continue
        devices.set(id, { hashes, readAtMs: clock.monotonicMs() })
        return findAmong(hashes, sha256)
      }
    },
    forget(ids) {
      changes += 1
      for (const id of ids) devices.delete(id)
    },
  }
}

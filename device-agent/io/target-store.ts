import { rm } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import type { BegunOccurrence } from '#agent/core/timeline.ts'
import { decodeJson } from '#protocol/codec.ts'
import { type DeviceId, type Sha256, sha256 } from '#protocol/ids.ts'
import { type CompactJws, compactJws } from '#protocol/signing.ts'
import { plannedOccurrence, type TargetManifest, targetManifest } from '#protocol/target.ts'
import { durationMs, type InstantMs, instantMs, type LocalDate, localDate } from '#protocol/time.ts'
import { type Card, createCard } from './card.ts'
import { syncFolder } from './files.ts'
import type { Log } from './log.ts'
import { isContentHashRight, readPayload } from './trust.ts'

const storedTarget = z.object({
  version: z.literal(1),
  deviceId: z.string(),
  jws: compactJws.describe('Exactly as received'),
  keyGeneration: z.number().int().min(0).default(0).describe('Of the key that it was verified with'),
  /** When this installation got its first target: what began before is none of its business. */
  responsibleSince: instantMs,
  /** Day plans of the target before, used for a day whose new plan is not on disk yet. */
  fallbackDays: z.array(z.object({ date: localDate, sha256 })),
})

/** `shiftMs`: how much later than planned it began anew (`lateStart: 'restart'`). */
const begunOccurrences = z.object({
  version: z.literal(1),
  occurrences: z.array(plannedOccurrence.extend({ shiftMs: durationMs.default(0) })),
})

export type HeldTarget = {
  readonly jws: CompactJws
  readonly manifest: TargetManifest
  readonly keyGeneration: number
  readonly responsibleSince: InstantMs
  readonly fallbackDays: readonly { date: LocalDate; sha256: Sha256 }[]
}

export interface TargetStore {
  /** The target in force; undefined before the first one. */
  readonly held: HeldTarget | undefined
  /**
   * Up to which revision targets are a replay, for whoever believes keys of this generation. 0 once the recovery key has
   * named another key: whoever had stolen the one before may have numbered a target as high as can be.
   */
  revisionUnder(keyGeneration: number): number
  /** Makes a target verified with a key of this generation durable, if the card takes it, and puts it in force. */
  adopt(jws: CompactJws, manifest: TargetManifest, keyGeneration: number): Promise<HeldTarget>
  /** Occurrences that have begun, in the version that they began with. */
  readBegun(): Promise<BegunOccurrence[]>
  writeBegun(occurrences: readonly BegunOccurrence[]): Promise<void>
}

const fileOf = (stateDir: string): string => path.join(stateDir, 'target.json')

/** Whom to believe is said anew: what was adopted before must not stand in the way of what comes. The ledger stays. */
export async function forgetTarget(stateDir: string): Promise<void> {
  await rm(fileOf(stateDir), { force: true })
  await syncFolder(stateDir)
}

/** The target was verified when it came; what lies on this device's own disk is only checked for damage. */
export async function openTargetStore(
  stateDir: string,
  deviceId: DeviceId,
  log: Log,
  card: Card = createCard(log),
): Promise<TargetStore> {
  const file = fileOf(stateDir)
  const begunFile = path.join(stateDir, 'begun.json')
  const stored = await card.read(file, storedTarget)
  let held: HeldTarget | undefined
  if (stored?.deviceId === deviceId) {
    const manifest = decodeJson(targetManifest, readPayload(stored.jws))
    if (manifest.ok && isContentHashRight(stored.jws, manifest.value)) held = { ...stored, manifest: manifest.value }
    else {
      // Damaged in a way that still reads as a file, or of a form from another time: the server is asked for it anew.
      const error = manifest.ok ? 'the content is not what its hash says' : manifest.error
      log.warn('target unusable; it will be fetched anew', { error })
      card.tell(`reading ${file}`, 'state-corrupt')
    }
  }

  return {
    get held() {
      return held
    },
    revisionUnder(keyGeneration) {
      return held === undefined || held.keyGeneration < keyGeneration ? 0 : held.manifest.revision
    },
    async adopt(jws, manifest, keyGeneration) {
      const responsibleSince = held?.responsibleSince ?? manifest.issuedAt
      const wanted = new Set(manifest.content.days.map((day) => day.plan.sha256))
      const before = [
        ...(held?.manifest.content.days.map(({ date, plan }) => ({ date, sha256: plan.sha256 })) ?? []),
        ...(held?.fallbackDays ?? []),
      ]
      const dates = new Set(manifest.content.days.map((day) => day.date))
      const fallbackDays = before.filter((day) => dates.has(day.date) && !wanted.has(day.sha256)).slice(0, 200)
      const next: HeldTarget = { jws, manifest, keyGeneration, responsibleSince, fallbackDays }
      // In force even when the card does not take it: the server sends it again after the next start.
      await card.write(file, { version: 1, deviceId, jws, keyGeneration, responsibleSince, fallbackDays })
      held = next
      return next
    },
    async readBegun() {
      return (await card.read(begunFile, begunOccurrences))?.occurrences ?? []
    },
    async writeBegun(occurrences) {
      await card.write(begunFile, { version: 1, occurrences })
    },
  }
}

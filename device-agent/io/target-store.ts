import { rm } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import type { BegunOccurrence } from '#agent/core/timeline.ts'
import { decodeJson } from '#protocol/codec.ts'
import { type DeviceId, type Sha256, sha256 } from '#protocol/ids.ts'
import { type CompactJws, compactJws } from '#protocol/signing.ts'
import { plannedOccurrence, type TargetManifest, targetManifest } from '#protocol/target.ts'
import { durationMs, type InstantMs, instantMs, type LocalDate, localDate } from '#protocol/time.ts'
import { readState, syncFolder, writeState } from './files.ts'
import type { Log } from './log.ts'
import { readPayload } from './trust.ts'

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
  /** Makes a target verified with a key of this generation durable and puts it in force. */
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
export async function openTargetStore(stateDir: string, deviceId: DeviceId, log: Log): Promise<TargetStore> {
  const file = fileOf(stateDir)
  const begunFile = path.join(stateDir, 'begun.json')
  const read = await readState(file, storedTarget)
  if (read.status === 'corrupt') log.warn('target unreadable, set aside; it will be fetched anew', read)
  let held: HeldTarget | undefined
  if (read.status === 'ok' && read.value.deviceId === deviceId) {
    const manifest = decodeJson(targetManifest, readPayload(read.value.jws))
    if (manifest.ok) held = { ...read.value, manifest: manifest.value }
    else log.warn('target of an unknown form; it will be fetched anew', { error: manifest.error })
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
      await writeState(file, { version: 1, deviceId, jws, keyGeneration, responsibleSince, fallbackDays })
      held = next
      return next
    },
    async readBegun() {
      const begun = await readState(begunFile, begunOccurrences)
      if (begun.status === 'corrupt') log.warn('list of begun occurrences unreadable, set aside', begun)
      return begun.status === 'ok' ? begun.value.occurrences : []
    },
    writeBegun: (occurrences) => writeState(begunFile, { version: 1, occurrences }),
  }
}

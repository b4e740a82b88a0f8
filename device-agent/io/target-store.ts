import path from 'node:path'
import { z } from 'zod'
import { decodeJson } from '#protocol/codec.ts'
import { type DeviceId, type Sha256, sha256 } from '#protocol/ids.ts'
import { type CompactJws, compactJws } from '#protocol/signing.ts'
import { plannedOccurrence, type TargetManifest, targetManifest } from '#protocol/target.ts'
import { type InstantMs, instantMs, type LocalDate, localDate } from '#protocol/time.ts'
import { readState, writeState } from './files.ts'
import type { Log } from './log.ts'
import { readPayload } from './trust.ts'

const storedTarget = z.object({
  version: z.literal(1),
  deviceId: z.string(),
  jws: compactJws.describe('Exactly as received'),
  /** When this installation got its first target: what began before is none of its business. */
  responsibleSince: instantMs,
  /** Day plans of the target before, used for a day whose new plan is not on disk yet. */
  fallbackDays: z.array(z.object({ date: localDate, sha256 })),
})

const begunOccurrences = z.object({ version: z.literal(1), occurrences: z.array(plannedOccurrence) })

export type HeldTarget = {
  readonly jws: CompactJws
  readonly manifest: TargetManifest
  readonly responsibleSince: InstantMs
  readonly fallbackDays: readonly { date: LocalDate; sha256: Sha256 }[]
}

export interface TargetStore {
  /** The target in force; undefined before the first one. */
  readonly held: HeldTarget | undefined
  /** Makes a verified target durable and puts it in force. */
  adopt(jws: CompactJws, manifest: TargetManifest): Promise<HeldTarget>
  /** Occurrences that have begun, in the version that they began with. */
  readBegun(): Promise<z.infer<typeof plannedOccurrence>[]>
  writeBegun(occurrences: readonly z.infer<typeof plannedOccurrence>[]): Promise<void>
}

/** The target was verified when it came; what lies on this device's own disk is only checked for damage. */
export async function openTargetStore(stateDir: string, deviceId: DeviceId, log: Log): Promise<TargetStore> {
  const file = path.join(stateDir, 'target.json')
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
    async adopt(jws, manifest) {
      const responsibleSince = held?.responsibleSince ?? manifest.issuedAt
      const wanted = new Set(manifest.content.days.map((day) => day.plan.sha256))
      const before = [
        ...(held?.manifest.content.days.map(({ date, plan }) => ({ date, sha256: plan.sha256 })) ?? []),
        ...(held?.fallbackDays ?? []),
      ]
      const dates = new Set(manifest.content.days.map((day) => day.date))
      const fallbackDays = before.filter((day) => dates.has(day.date) && !wanted.has(day.sha256)).slice(0, 200)
      const next: HeldTarget = { jws, manifest, responsibleSince, fallbackDays }
      await writeState(file, { version: 1, deviceId, jws, responsibleSince, fallbackDays })
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

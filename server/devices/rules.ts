import type { EnrolmentRequest } from '#protocol/enrolment.ts'
import type { InstantMs } from '#protocol/time.ts'

export type DeviceStatus = 'never-enrolled' | 'online' | 'offline' | 'revoked'

export interface StatusFacts {
  /** When the present installation enrolled; null: none is in force. */
  enrolledAt: Date | null
  /** When the last installation was revoked. */
  revokedAt: Date | null
  presence: { online: boolean; since: Date } | null
}

/** What a person is told of a device: a revoked one is revoked, whatever its last word was. */
export function judgeStatus(facts: StatusFacts): { status: DeviceStatus; since: Date | null } {
  const { enrolledAt, revokedAt, presence } = facts
  if (enrolledAt === null) {
    return revokedAt === null ? { status: 'never-enrolled', since: null } : { status: 'revoked', since: revokedAt }
  }
  if (presence?.online) return { status: 'online', since: presence.since }
  // What an earlier installation said last tells nothing about this one.
  const isOwn = presence !== null && presence.since >= enrolledAt
  return { status: 'offline', since: isOwn ? presence.since : enrolledAt }
}

/**
 * What a retired device is called: history shows it as what it is, and its name is free for the one that takes its
 * place. `id` tells apart those that were retired under one name on one day. Vietnamese, as names are.
 */
export function nameRetired(name: string, at: Date, id: string | undefined): string {
  const date = at.toISOString().slice(0, 10).split('-').reverse().join('/')
  return `${name} (ngừng dùng ${date}${id === undefined ? '' : `, ${id.slice(-6)}`})`
}

export const nameInService = (name: string): string =>
  name.replace(/ \(ngừng dùng \d{2}\/\d{2}\/\d{4}(, [0-9a-f]{6})?\)$/, '')

export interface Volume {
  readonly volumePercent: number
  readonly maxVolumePercent: number
}

/**
 * The volume after a change; null: it would be above the maximum, which is what the amplifier and the horn stand. Who
 * lowers only the maximum means the volume too.
 */
export function settleVolume(
  now: Volume,
  change: { readonly volumePercent?: number | undefined; readonly maxVolumePercent?: number | undefined },
): Volume | null {
  const maxVolumePercent = change.maxVolumePercent ?? now.maxVolumePercent
  if (change.volumePercent === undefined)
    return { volumePercent: Math.min(now.volumePercent, maxVolumePercent), maxVolumePercent }
  return change.volumePercent > maxVolumePercent ? null : { volumePercent: change.volumePercent, maxVolumePercent }
}

export interface CodeFacts {
  expiresAt: Date
  usedAt: Date | null
  revokedAt: Date | null
  /** The installation that used it. */
  installation: { publicKey: string; secretHash: string; revokedAt: Date | null } | null
  /** Another installation came after that one. */
  isReplaced: boolean
}

export type EnrolmentDecision =
  | { kind: 'enrol' }
  /** The same device asks again: it gets the same answer. */
  | { kind: 'repeat' }
  | {
      kind: 'refuse'
      code:
        | 'enrolment-code-unknown'
        | 'enrolment-code-expired'
        | 'code-already-used'
        | 'installation-revoked'
        | 'installation-replaced'
    }

/**
 * What a call with a code comes to. A code has 80 random bits, so that telling "unknown" from "expired" helps the
 * technician at the pole and nobody who guesses.
 */
export function decideEnrolment(
  code: CodeFacts | null,
  request: Pick<EnrolmentRequest, 'publicKey'> & { secretHash: string },
  now: InstantMs,
): EnrolmentDecision {
  if (code === null) return { kind: 'refuse', code: 'enrolment-code-unknown' }
  if (code.usedAt !== null) {
    const { installation } = code
    const isSame = installation?.publicKey === request.publicKey.x && installation.secretHash === request.secretHash
    if (!isSame) return { kind: 'refuse', code: 'code-already-used' }
    if (installation.revokedAt === null) return { kind: 'repeat' }
    return { kind: 'refuse', code: code.isReplaced ? 'installation-replaced' : 'installation-revoked' }
  }
  if (code.revokedAt !== null || code.expiresAt.getTime() <= now) {
    return { kind: 'refuse', code: 'enrolment-code-expired' }
  }
  return { kind: 'enrol' }
}

/** Loopback by RFC 1122 §3.2.1.3 and RFC 4291 §2.5.3, also as an IPv4-mapped address. */
export const isLoopback = (address: string): boolean =>
  address === '::1' || /^(::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(address)

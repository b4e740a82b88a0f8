import { rm } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { type AlertMessage, alertMessage, type CommandMessage, commandMessage } from '#protocol/alert.ts'
import { decodeJson } from '#protocol/codec.ts'
import { hashBytes } from '#protocol/ids.ts'
import { followKeyChain, type KeyPosition } from '#protocol/key-chain.ts'
import { type RefusalReason, type Welcome, welcome } from '#protocol/link.ts'
import { publicJwk, thumbprint, verifySigned } from '#protocol/signing.ts'
import { type TargetManifest, targetManifest } from '#protocol/target.ts'
import { type InstantMs, instantMs } from '#protocol/time.ts'
import { type Card, createCard } from './card.ts'
import { readSpareState, syncFolder } from './files.ts'
import type { Identity } from './identity.ts'
import type { Log } from './log.ts'

const pinnedKey = {
  pinnedX: z.string().describe('For which pinned key: the file of an earlier installation says nothing'),
}

/** Before the recovery key could name more than one key. */
const trustStateV1 = z
  .object({ ...pinnedKey, version: z.literal(1), serverKey: publicJwk, newestSignedAt: instantMs.nullable() })
  .transform(({ serverKey, pinnedX, newestSignedAt }) => ({ pinnedX, newestSignedAt, key: serverKey, generation: 0 }))

const trustStateV2 = z.object({
  ...pinnedKey,
  version: z.literal(2),
  key: publicJwk,
  generation: z.number().int().min(0),
  newestSignedAt: instantMs.nullable(),
})

const trustState = z.union([trustStateV2, trustStateV1])

const SIGNED_AT_WORTH_SAVING_MS = 3_600_000

const fileOf = (stateDir: string): string => path.join(stateDir, 'trust.json')

/** The key that this installation has come to believe, on disk; undefined: still the one that it was enrolled with. */
export async function readHeldKey(stateDir: string, identity: Identity): Promise<KeyPosition | undefined> {
  const read = await readSpareState(fileOf(stateDir), trustState)
  return read.status === 'ok' && read.value.pinnedX === identity.serverKey.x ? read.value : undefined
}

/** What was learnt from rotations: a technician has said anew whom to believe. */
export async function forgetHeldKey(stateDir: string): Promise<void> {
  await rm(fileOf(stateDir), { force: true })
  await syncFolder(stateDir)
}

/** Something signed that is to be acted upon, or why not. */
export type Judged<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: RefusalReason; readonly error: string }

const refuse = (reason: RefusalReason, error: string): Judged<never> => ({ ok: false, reason, error })

/** The payload of a compact JWS, before or after its signature was checked. */
export function readPayload(jws: string): Buffer {
  return Buffer.from(jws.split('.')[1] ?? '', 'base64url')
}

const parseJson = (bytes: Buffer): unknown => JSON.parse(bytes.toString('utf8'))

/** Is `contentHash` really the hash of `content` as it stands in the signed bytes? */
export function isContentHashRight(jws: string, manifest: TargetManifest): boolean {
  const raw = z.object({ content: z.unknown() }).safeParse(parseJson(readPayload(jws)))
  return raw.success && hashBytes(JSON.stringify(raw.data.content)) === manifest.contentHash
}

export interface ExpectedWelcome {
  readonly audience: string
  /** Of hellos whose answer is waited for: it says what time it is. */
  readonly awaited: ReadonlySet<string>
  /** Of hellos that were answered or given up: such an answer may be old. */
  readonly settled: ReadonlySet<string>
}

/** Who is believed: the key pinned at enrolment, and what the rotations since then have led to. */
export interface Trust {
  readonly newestSignedAt: InstantMs | null
  /** Of the key believed now, as in its key rotation. */
  readonly generation: number
  /** Verifies a welcome that answers a hello of this run, and follows the key chain that it carries. */
  verifyWelcome(jws: string, expected: ExpectedWelcome): Promise<Judged<Welcome>>
  verifyTarget(jws: string): Promise<Judged<TargetManifest>>
  verifyAlert(jws: string): Promise<Judged<AlertMessage>>
  verifyCommand(jws: string): Promise<Judged<CommandMessage>>
}

export async function openTrust(
  stateDir: string,
  identity: Identity,
  log: Log,
  card: Card = createCard(log),
): Promise<Trust> {
  const file = fileOf(stateDir)
  const read = await card.read(file, trustState)
  const kept = read?.pinnedX === identity.serverKey.x ? read : undefined
  let held: KeyPosition = kept ?? { key: identity.serverKey, generation: identity.keyGeneration }
  let newestSignedAt = kept?.newestSignedAt ?? null
  let savedSignedAt = newestSignedAt

  const save = async (position: KeyPosition): Promise<void> => {
    const { key, generation } = position
    const signedAt = newestSignedAt
    const state = { version: 2, pinnedX: identity.serverKey.x, key, generation, newestSignedAt: signedAt }
    if (await card.write(file, state)) savedSignedAt = signedAt
  }

  /** Only what is a while newer is worth a write to the card; what lies on it must never be ahead of what is known. */
  const setSignedAt = async (at: InstantMs): Promise<void> => {
    newestSignedAt = at
    if (savedSignedAt === null || at - savedSignedAt > SIGNED_AT_WORTH_SAVING_MS || at < savedSignedAt) await save(held)
  }

  /** The clock cannot read before this, until a welcome says otherwise. */
  const noteSignedAt = async (at: InstantMs): Promise<void> => {
    if (newestSignedAt === null || at > newestSignedAt) await setSignedAt(at)
  }

  return {
    get newestSignedAt() {
      return newestSignedAt
    },
    get generation() {
      return held.generation
    },

    async verifyWelcome(jws, expected) {
      const unverified = decodeJson(welcome, readPayload(jws))
      if (!unverified.ok) return refuse('malformed', unverified.error)
      const next = await followKeyChain(held, identity.recoveryKey, unverified.value.keyChain)
      const verified = await verifySigned('welcome', welcome, [next.key], jws)
      if (!verified.ok) return verified
      const { value } = verified
      if (value.audience !== expected.audience) return refuse('wrong-audience', `a welcome for ${value.audience}`)
      const isAwaited = expected.awaited.has(value.nonce)
      if (!isAwaited && !expected.settled.has(value.nonce)) return refuse('replay', 'a welcome for another hello')
      if (next.key.x !== held.key.x || next.generation !== held.generation) {
        // On disk BEFORE it counts: after a power cut the key that was left behind must not be believed again. A card that
        // takes nothing any more must not keep an emergency from being believed, though: the next welcome leads here again.
        await save(next)
        held = next
        log.info('server key rotated', { generation: next.generation, key: thumbprint(next.key) })
      }
      // The server answers now: it takes back what it, or a thief of its key, has dated into the future.
      if (isAwaited) await setSignedAt(value.serverTime)
      else await noteSignedAt(value.serverTime)
      return verified
    },

    async verifyTarget(jws) {
      const verified = await verifySigned('target', targetManifest, [held.key], jws)
      if (!verified.ok) return verified
      const { value } = verified
      if (value.content.deviceId !== identity.deviceId)
        return refuse('wrong-audience', `a target for device ${value.content.deviceId}`)
      if (!isContentHashRight(jws, value)) return refuse('malformed', 'the content is not what its hash says')
      await noteSignedAt(value.issuedAt)
      return verified
    },

    verifyAlert: (jws) => verifySigned('alert', alertMessage, [held.key], jws),

    async verifyCommand(jws) {
      const verified = await verifySigned('command', commandMessage, [held.key], jws)
      if (verified.ok && verified.value.audience !== identity.deviceId)
        return refuse('wrong-audience', `a command for device ${verified.value.audience}`)
      return verified
    },
  }
}

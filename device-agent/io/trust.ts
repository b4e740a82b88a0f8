import path from 'node:path'
import { z } from 'zod'
import { type AlertMessage, alertMessage, type CommandMessage, commandMessage } from '#protocol/alert.ts'
import { decodeJson } from '#protocol/codec.ts'
import { hashBytes } from '#protocol/ids.ts'
import { type Welcome, welcome } from '#protocol/link.ts'
import {
  compactJws,
  followKeyChain,
  type PublicJwk,
  publicJwk,
  type Verified,
  verifySigned,
} from '#protocol/signing.ts'
import { type TargetManifest, targetManifest } from '#protocol/target.ts'
import { type InstantMs, instantMs } from '#protocol/time.ts'
import { readState, writeState } from './files.ts'
import type { Identity } from './identity.ts'
import type { Log } from './log.ts'

const trustState = z.object({
  version: z.literal(1),
  /** For which pinned key: the file of an earlier installation says nothing. */
  pinnedX: z.string(),
  chain: z.array(compactJws),
  serverKey: publicJwk,
  newestSignedAt: instantMs.nullable(),
})

/** The payload of a compact JWS, before or after its signature was checked. */
export function readPayload(jws: string): Buffer {
  return Buffer.from(jws.split('.')[1] ?? '', 'base64url')
}

const parseJson = (bytes: Buffer): unknown => JSON.parse(bytes.toString('utf8'))

/** Is `contentHash` really the hash of `content` as it stands in the signed bytes? */
function isContentHashRight(jws: string, manifest: TargetManifest): boolean {
  const raw = z.object({ content: z.unknown() }).safeParse(parseJson(readPayload(jws)))
  return raw.success && hashBytes(JSON.stringify(raw.data.content)) === manifest.contentHash
}

/** Who is believed: the key pinned at enrolment, and what its chain of rotations leads to. */
export interface Trust {
  readonly newestSignedAt: InstantMs | null
  /** Verifies a welcome for `nonce`, and follows the key chain that it carries. */
  verifyWelcome(jws: string, expected: { audience: string; nonce: string }): Promise<Verified<Welcome>>
  verifyTarget(jws: string): Promise<Verified<TargetManifest>>
  verifyAlert(jws: string): Promise<Verified<AlertMessage>>
  verifyCommand(jws: string): Promise<Verified<CommandMessage>>
}

export async function openTrust(stateDir: string, identity: Identity, log: Log): Promise<Trust> {
  const file = path.join(stateDir, 'trust.json')
  const read = await readState(file, trustState)
  if (read.status === 'corrupt') log.warn('key chain unreadable, set aside; the next welcome brings it anew', read)
  const kept = read.status === 'ok' && read.value.pinnedX === identity.serverKey.x ? read.value : undefined
  let chain = kept?.chain ?? []
  let serverKey: PublicJwk = kept?.serverKey ?? identity.serverKey
  let newestSignedAt = kept?.newestSignedAt ?? null

  const save = (): Promise<void> =>
    writeState(file, { version: 1, pinnedX: identity.serverKey.x, chain, serverKey, newestSignedAt })

  /** The clock cannot read before this ever again. Only what is a while newer is worth a write to the card. */
  const noteSignedAt = async (at: InstantMs): Promise<void> => {
    const worthKeeping = newestSignedAt === null || at - newestSignedAt > 3_600_000
    if (newestSignedAt === null || at > newestSignedAt) newestSignedAt = at
    if (worthKeeping) await save()
  }

  return {
    get newestSignedAt() {
      return newestSignedAt
    },

    async verifyWelcome(jws, expected) {
      const unverified = decodeJson(welcome, readPayload(jws))
      if (!unverified.ok) return { ok: false, reason: 'malformed', error: unverified.error }
      const offered = unverified.value.keyChain
      // A chain only ever grows: one that does not begin with the known links is older, or forged with an old key.
      const isLonger = offered.length > chain.length && chain.every((link, index) => link === offered[index])
      const candidate = isLonger ? await followKeyChain(identity.serverKey, identity.recoveryKey, offered) : serverKey
      const verified = await verifySigned('welcome', welcome, [candidate], jws)
      if (!verified.ok) return verified
      const { value } = verified
      if (value.audience !== expected.audience || value.nonce !== expected.nonce)
        return { ok: false, reason: 'malformed', error: 'a welcome for another hello' }
      if (isLonger) {
        chain = offered
        serverKey = candidate
        await save()
        log.info('server key rotated', { links: chain.length })
      }
      await noteSignedAt(value.serverTime)
      return verified
    },

    async verifyTarget(jws) {
      const verified = await verifySigned('target', targetManifest, [serverKey], jws)
      if (!verified.ok) return verified
      const { value } = verified
      if (value.content.deviceId !== identity.deviceId)
        return { ok: false, reason: 'malformed', error: `a target for device ${value.content.deviceId}` }
      if (!isContentHashRight(jws, value))
        return { ok: false, reason: 'malformed', error: 'the content is not what its hash says' }
      await noteSignedAt(value.issuedAt)
      return verified
    },

    verifyAlert: (jws) => verifySigned('alert', alertMessage, [serverKey], jws),

    async verifyCommand(jws) {
      const verified = await verifySigned('command', commandMessage, [serverKey], jws)
      if (verified.ok && verified.value.audience !== identity.deviceId)
        return { ok: false, reason: 'malformed', error: `a command for device ${verified.value.audience}` }
      return verified
    },
  }
}

import { z } from 'zod'
import { decodeJson } from '#protocol/codec.ts'
import {
  codeNamesKey,
  type EnrolmentAnswer,
  type EnrolmentGrant,
  type EnrolmentRequest,
  enrolmentAnswer,
  enrolmentCode,
  enrolmentGrant,
  proveEnrolment,
} from '#protocol/enrolment.ts'
import { followKeyChain, type KeyPosition } from '#protocol/key-chain.ts'
import { type PublicJwk, thumbprint, toJwk, toPrivateKey, verifySigned } from '#protocol/signing.ts'
import type { Clock } from './clock.ts'
import {
  adoptIdentity,
  createPendingIdentity,
  type Identity,
  type PendingIdentity,
  readIdentity,
  readPendingIdentity,
} from './io/identity.ts'
import { forgetTarget } from './io/target-store.ts'
import { forgetHeldKey, readHeldKey, readPayload } from './io/trust.ts'
import type { TextKey } from './texts.ts'

const TIMEOUT_MS = 30_000

export type EnrolmentResult =
  | { readonly ok: true; readonly identity: Identity }
  | { readonly ok: false; readonly text: TextKey; readonly values: Readonly<Record<string, string>> }

const failure = (
  text: TextKey,
  values: Readonly<Record<string, string>> = {},
): Extract<EnrolmentResult, { ok: false }> => ({
  ok: false,
  text,
  values,
})

const problem = z.object({ title: z.string().optional(), detail: z.string().optional() })

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)

/** `host:port` alone means https. */
function readServer(text: string): URL | undefined {
  const candidate = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`
  if (!URL.canParse(candidate)) return undefined
  const url = new URL(candidate)
  return url.protocol === 'https:' || url.protocol === 'http:' ? url : undefined
}

/** What the technician typed, as far as it makes sense. */
function readRequest(options: {
  server: string
  code: string
  allowInsecure: boolean
}): { ok: true; url: URL; code: string } | Extract<EnrolmentResult, { ok: false }> {
  const url = readServer(options.server)
  if (url === undefined) return failure('bad-server', { server: options.server })
  const code = enrolmentCode.safeParse(options.code)
  if (!code.success) return failure('bad-code')
  if (url.protocol === 'http:' && !isLoopback(url.hostname) && !options.allowInsecure)
    return failure('insecure', { server: url.origin })
  return { ok: true, url, code: code.data }
}

async function adopt(stateDir: string, result: EnrolmentResult): Promise<EnrolmentResult> {
  if (result.ok) await adoptIdentity(stateDir, result.identity)
  return result
}

/**
 * Makes this hardware the installation that `code` stands for. Safe to repeat with the same code, whatever happened in
 * between: the key pair, the secret and the ledger's id are durable before the server is asked. What the server says is
 * believed only if the code names its key, and if it signed the grant for our key with it.
 */
export async function enrol(options: {
  readonly stateDir: string
  readonly server: string
  readonly code: string
  readonly hardwareSerial: string
  readonly agentVersion: string
  readonly isReplacement: boolean
  readonly allowInsecure: boolean
  readonly language: 'vi' | 'en'
  readonly clock: Clock
}): Promise<EnrolmentResult> {
  const asked = readRequest(options)
  if (!asked.ok) return asked
  const { url, code } = asked

  const current = await readIdentity(options.stateDir)
  if (current.status === 'corrupt') return failure('identity-corrupt', { aside: current.aside })
  if (current.status === 'ok') {
    if (current.value.codeUsed === code) return repeatEnrolment(url, current.value, options)
    const { deviceName: device, areaName: area } = current.value
    if (!options.isReplacement) return failure('already-enrolled', { device, area })
  }

  const earlier = await readPendingIdentity(options.stateDir)
  const isSameAttempt = earlier.status === 'ok' && earlier.value.code === code
  const pending = isSameAttempt
    ? earlier.value
    : await createPendingIdentity(options.stateDir, {
        code,
        server: url.origin,
        hardwareSerial: options.hardwareSerial,
        clock: options.clock,
      })
  const result = await askServer(url, pending, options)
  // BEFORE the identity: once that is in force, this is not repeated.
  if (result.ok) await forgetTarget(options.stateDir)
  return adopt(options.stateDir, result)
}

/**
 * This installation's own code once more. Only the server knows whether the installation is still in force: another device
 * may have replaced it, or somebody revoked it. The same answer as the first time is kept, with what has changed since.
 */
async function repeatEnrolment(
  url: URL,
  identity: Identity,
  options: { stateDir: string; hardwareSerial: string; agentVersion: string; language: 'vi' | 'en' },
): Promise<EnrolmentResult> {
  const { deviceName: device, areaName: area, hardwareSerial: enrolled } = identity
  if (enrolled !== options.hardwareSerial)
    return failure('hardware-changed', { enrolled, actual: options.hardwareSerial })
  const { privateKeyPem, secret, ledgerId, hardwareSerial, codeUsed } = identity
  const own = {
    version: 1 as const,
    privateKeyPem,
    secret,
    ledgerId,
    hardwareSerial,
    code: codeUsed,
    server: url.origin,
  }
  const held = (await readHeldKey(options.stateDir, identity)) ?? {
    key: identity.serverKey,
    generation: identity.keyGeneration,
  }
  const result = await adopt(
    options.stateDir,
    await askServer(url, own, options, { held, recoveryKey: identity.recoveryKey }),
  )
  return !result.ok && result.text === 'unreachable'
    ? failure('enrolled-unchecked', { device, area, ...result.values })
    : result
}

/**
 * Whom this installation believes is said anew, by the code alone: the last resort when neither the chain nor the recovery
 * key leads to the server's key any more. Key pair, secret and ledger stay, so that nothing that was played is lost.
 */
export async function repin(options: {
  readonly stateDir: string
  readonly server: string
  readonly code: string
  readonly hardwareSerial: string
  readonly agentVersion: string
  readonly allowInsecure: boolean
  readonly language: 'vi' | 'en'
}): Promise<EnrolmentResult> {
  const asked = readRequest(options)
  if (!asked.ok) return asked
  const current = await readIdentity(options.stateDir)
  if (current.status === 'corrupt') return failure('identity-corrupt', { aside: current.aside })
  if (current.status === 'missing') return failure('not-enrolled')
  const { privateKeyPem, secret, ledgerId, hardwareSerial: enrolled, deviceId } = current.value
  if (enrolled !== options.hardwareSerial)
    return failure('hardware-changed', { enrolled, actual: options.hardwareSerial })
  const { code, url } = asked
  const own = {
    version: 1 as const,
    privateKeyPem,
    secret,
    ledgerId,
    hardwareSerial: enrolled,
    code,
    server: url.origin,
  }
  const granted = await askServer(url, own, options)
  if (!granted.ok) return granted
  if (granted.identity.deviceId !== deviceId) return failure('wrong-server')
  // A target adopted from whoever had the key before would outnumber all that come, and must not outlive the belief in it.
  await forgetTarget(options.stateDir)
  // The identity BEFORE what was learnt is forgotten: cut off in between, the old key is believed, and this is repeated.
  await adoptIdentity(options.stateDir, granted.identity)
  await forgetHeldKey(options.stateDir)
  return granted
}

/**
 * The key that the answer must be signed with. Who comes for the first time believes the key that the code names, and what
 * that key itself has named since. Who is enrolled already believes the key it holds, which may have left the code's behind.
 */
async function findSigningKey(
  code: string,
  { serverKey, keyChain, grant }: EnrolmentAnswer,
  believed: Believed | undefined,
): Promise<PublicJwk | undefined> {
  if (believed !== undefined) return (await followKeyChain(believed.held, believed.recoveryKey, keyChain)).key
  if (!codeNamesKey(code, serverKey)) return undefined
  // Not verified yet, and it need not be: it only says which links to follow, each signed by the key before it.
  const unverified = decodeJson(enrolmentGrant, readPayload(grant))
  if (!unverified.ok) return undefined
  // No recovery key is pinned yet, so that none is believed.
  return (await followKeyChain({ key: serverKey, generation: unverified.value.keyGeneration }, null, keyChain)).key
}

type Believed = { readonly held: KeyPosition; readonly recoveryKey: PublicJwk }

async function askServer(
  url: URL,
  pending: PendingIdentity,
  options: { agentVersion: string; language: 'vi' | 'en' },
  believed?: Believed,
): Promise<EnrolmentResult> {
  const privateKey = toPrivateKey(pending.privateKeyPem)
  const publicKey = toJwk(privateKey)
  const request: EnrolmentRequest = {
    code: pending.code,
    publicKey,
    secret: pending.secret,
    ledgerId: pending.ledgerId,
    hardwareSerial: pending.hardwareSerial,
    agentVersion: options.agentVersion,
    proof: await proveEnrolment(pending, privateKey),
  }
  const server = url.origin
  let answer: { status: number; body: string }
  try {
    const response = await fetch(new URL('/api/enrol', url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'accept-language': options.language },
      body: JSON.stringify(request),
      // The secret goes where the technician said, and nowhere else.
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    answer = { status: response.status, body: await response.text() }
  } catch (cause) {
    return failure('unreachable', { server, error: describe(cause) })
  }
  if (answer.status < 200 || answer.status > 299) {
    const said = decodeJson(problem, answer.body)
    const detail = (said.ok ? (said.value.detail ?? said.value.title) : undefined) ?? answer.body.slice(0, 200)
    return failure('refused', { status: String(answer.status), detail })
  }

  const decoded = decodeJson(enrolmentAnswer, answer.body)
  if (!decoded.ok) return failure('bad-answer', { server, error: decoded.error })
  const signingKey = await findSigningKey(pending.code, decoded.value, believed)
  if (signingKey === undefined) return failure('wrong-server')
  const verified = await verifySigned('enrolment', enrolmentGrant, [signingKey], decoded.value.grant)
  if (!verified.ok) {
    if (verified.reason === 'unknown-key' && believed !== undefined) return failure('wrong-server')
    return failure('bad-answer', { server, error: verified.error })
  }
  if (verified.value.audience !== thumbprint(publicKey) || verified.value.serverKey.x !== signingKey.x)
    return failure('wrong-server')
  // Who is enrolled keeps the recovery key that was pinned: no answer over the network can exchange it.
  if (believed !== undefined && verified.value.recoveryKey.x !== believed.recoveryKey.x) return failure('wrong-server')
  return { ok: true, identity: grantIdentity(pending, verified.value) }
}

function grantIdentity(pending: PendingIdentity, grant: EnrolmentGrant): Identity {
  return {
    version: 1,
    privateKeyPem: pending.privateKeyPem,
    secret: pending.secret,
    ledgerId: pending.ledgerId,
    hardwareSerial: pending.hardwareSerial,
    codeUsed: pending.code,
    deviceId: grant.deviceId,
    deviceName: grant.deviceName,
    areaName: grant.areaName,
    serverKey: grant.serverKey,
    keyGeneration: grant.keyGeneration,
    recoveryKey: grant.recoveryKey,
    mqtt: grant.mqtt,
    enrolledAt: grant.issuedAt,
  }
}

/** What went wrong on the way, without a stack: fetch hides the reason one level down. */
function describe(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  const inner = cause.cause
  return inner instanceof Error && inner.message !== '' ? inner.message : cause.message
}

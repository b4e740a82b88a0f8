import { generateKeyPairSync } from 'node:crypto'
import { z } from 'zod'
import type { AlertMessage, CommandMessage } from '#protocol/alert.ts'
import { type AreaId, alertId, areaId, type DeviceId, deviceId, hashBytes, messageId, newId } from '#protocol/ids.ts'
import type { RefusalReason } from '#protocol/link.ts'
import { createSigner, type Signer } from '#protocol/signing.ts'
import { targetManifest } from '#protocol/target.ts'
import { instantMs } from '#protocol/time.ts'
import { alertTopic, deviceTopic } from '#protocol/topics.ts'

/** Something that a device is told and must not do. */
export interface Forgery {
  readonly name: string
  /** What the device calls it in its log, and why it does not do it. */
  readonly what: 'alert' | 'command' | 'target' | 'welcome' | 'ledger-ack'
  readonly reason: RefusalReason
  readonly topic: string
  make(): Promise<string>
}

/** What whoever listens on the line, or holds another device, has; and the real key, for what it did sign, but not for this. */
export interface ForgerKnows {
  readonly victimId: DeviceId
  readonly areaId: AreaId
  readonly serverSigner: Signer
  /** Ogg Opus, Base64: what would be heard. */
  readonly audio: string
  readonly durationMs: number
  /** Messages that the device has taken already. */
  readonly oldTarget: string
  readonly oldCommand: string
  readonly oldWelcome: string
}

const fresh = (): string => newId(instantMs.parse(Date.now()))
const inMs = (offset: number) => instantMs.parse(Date.now() + offset)

export function listForgeries(knows: ForgerKnows): Forgery[] {
  const { victimId, serverSigner } = knows
  const forger = createSigner(generateKeyPairSync('ed25519').privateKey)
  const elsewhere = areaId.parse(fresh())
  const other = deviceId.parse(fresh())

  const alert = (change: Partial<AlertMessage> = {}): string =>
    JSON.stringify({
      version: 1,
      messageId: messageId.parse(fresh()),
      alertId: alertId.parse(fresh()),
      sequence: 1,
      area: knows.areaId,
      issuedAt: inMs(0),
      expiresAt: inMs(600_000),
      body: {
        kind: 'alert',
        title: 'Giả mạo',
        audio: knows.audio,
        durationMs: knows.durationMs,
        repeats: 5,
        gapMs: 0,
        volumePercent: 100,
      },
      ...change,
    } satisfies Record<keyof AlertMessage, unknown>)
  const command = (change: Partial<CommandMessage> = {}): string =>
    JSON.stringify({
      version: 1,
      messageId: messageId.parse(fresh()),
      audience: victimId,
      issuedAt: inMs(0),
      expiresAt: inMs(60_000),
      body: { kind: 'stop', occurrenceId: null },
      ...change,
    } satisfies Record<keyof CommandMessage, unknown>)
  /** Mutes, from a revision that nobody could exceed. */
  const target = (audience: DeviceId): string => {
    const taken = targetManifest.parse(payloadOf(knows.oldTarget))
    const content = { ...taken.content, deviceId: audience, muted: true, volumePercent: 0, days: [] }
    const contentHash = hashBytes(JSON.stringify(content))
    return JSON.stringify({ ...taken, revision: 1_000_000, expiresAt: inMs(86_400_000), content, contentHash })
  }
  const welcome = (change: object): Promise<string> =>
    serverSigner.sign('welcome', JSON.stringify({ ...z.looseObject({}).parse(payloadOf(knows.oldWelcome)), ...change }))
  /** Names the real key, and is signed by another. */
  const inItsName = async (type: 'alert' | 'command' | 'target', payload: string): Promise<string> => {
    const [, body, signature] = (await forger.sign(type, payload)).split('.')
    const header = { alg: 'EdDSA', kid: serverSigner.keyId, typ: `loaxa-${type}+jws` }
    return `${encode(header)}.${body}.${signature}`
  }
  const unsigned = (type: string, payload: string): string =>
    `${encode({ alg: 'none', kid: serverSigner.keyId, typ: `loaxa-${type}+jws` })}.${Buffer.from(payload).toString('base64url')}.AAAA`
  /** One bit of what was signed. */
  const changed = async (): Promise<string> => {
    const [header, body = '', signature] = (await serverSigner.sign('alert', alert({ area: elsewhere }))).split('.')
    const text = Buffer.from(body, 'base64url').toString().replace(elsewhere, knows.areaId)
    return `${header}.${Buffer.from(text).toString('base64url')}.${signature}`
  }

  const onAlert = alertTopic(knows.areaId)
  const on = (kind: 'command' | 'target' | 'welcome'): string => deviceTopic(victimId, kind)
  const of = (
    what: Forgery['what'],
    reason: RefusalReason,
    name: string,
    topic: string,
    make: () => Promise<string> | string,
  ): Forgery => ({ what, reason, name, topic, make: async () => make() })

  return [
    of('alert', 'bad-signature', 'an alert signed in the server’s name', onAlert, () => inItsName('alert', alert())),
    of('alert', 'bad-signature', 'an alert whose area was changed', onAlert, changed),
    of('alert', 'unknown-key', 'an alert of a stranger’s key', onAlert, () => forger.sign('alert', alert())),
    of('alert', 'wrong-type', 'an alert that nobody signed', onAlert, () => unsigned('alert', alert())),
    of('alert', 'wrong-type', 'an alert signed as a command', onAlert, () => serverSigner.sign('command', alert())),
    of('alert', 'malformed', 'an alert that is none', onAlert, () => 'Báo động'),
    of('alert', 'malformed', 'an alert without its fields', onAlert, () => serverSigner.sign('alert', '{"version":1}')),
    of('alert', 'expired', 'an alert that has expired', onAlert, () =>
      serverSigner.sign('alert', alert({ issuedAt: inMs(-120_000), expiresAt: inMs(-60_000) })),
    ),
    of('alert', 'wrong-audience', 'another area’s alert', onAlert, () =>
      serverSigner.sign('alert', alert({ area: elsewhere })),
    ),
    of('command', 'bad-signature', 'a stop signed in the server’s name', on('command'), () =>
      inItsName('command', command()),
    ),
    of('command', 'wrong-audience', 'another device’s stop', on('command'), () =>
      serverSigner.sign('command', command({ audience: other })),
    ),
    of('command', 'expired', 'a stop that has expired', on('command'), () =>
      serverSigner.sign('command', command({ issuedAt: inMs(-120_000), expiresAt: inMs(-60_000) })),
    ),
    of('command', 'replay', 'a command that it has obeyed before', on('command'), () => knows.oldCommand),
    of('target', 'bad-signature', 'a target signed in the server’s name', on('target'), () =>
      inItsName('target', target(victimId)),
    ),
    of('target', 'wrong-audience', 'another device’s target', on('target'), () =>
      serverSigner.sign('target', target(other)),
    ),
    of('target', 'replay', 'an older target', on('target'), () => knows.oldTarget),
    of('welcome', 'replay', 'the welcome of an earlier connection', on('welcome'), () =>
      welcome({ nonce: 'an-earlier-hello-of-this-device' }),
    ),
    of('welcome', 'wrong-audience', 'another device’s welcome', on('welcome'), () => welcome({ audience: other })),
  ]
}

export const payloadOf = (jws: string): unknown =>
  JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8'))
const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

import { randomBytes } from 'node:crypto'
import type { AlertMessage, CommandMessage } from '#protocol/alert.ts'
import { type ClipBlock, decodeClipBlock } from '#protocol/clip.ts'
import { type Decoded, decodeJson, encodeJson } from '#protocol/codec.ts'
import type { ConnectionId, DeviceId } from '#protocol/ids.ts'
import { type LedgerAck, ledgerAck } from '#protocol/ledger.ts'
import type { Hello, RefusalReason, Welcome } from '#protocol/link.ts'
import { type CompactJws, compactJws } from '#protocol/signing.ts'
import type { TargetManifest } from '#protocol/target.ts'
import { deviceTopic, parseTopic } from '#protocol/topics.ts'
import type { Clock } from './clock.ts'
import { estimateServerNow, type ServerTime } from './core/clock-trust.ts'
import type { Link } from './io/link.ts'
import type { Log } from './io/log.ts'
import type { Judged, Trust } from './io/trust.ts'
import type { Refusals } from './refusals.ts'

const FIRST_REPEAT_MS = 3_000
const LONGEST_REPEAT_MS = 60_000
/** A connection that lasts for weeks confirms the clock, the target and the ledger this often. */
const GREET_AGAIN_MS = 6 * 3_600_000
const MAX_NONCES = 8
/** Whoever sends rubbish must not make the device ask for the key all the time. */
const ASK_FOR_KEY_EVERY_MS = 5_000
/** Alerts and commands that come before it is known what time it is. */
const MAX_DEFERRED = 50
/** Messages signed with a key not known yet: judged once more after the welcome that brings the chain. */
const MAX_WAITING_FOR_KEY = 4

export type SessionHandlers = {
  readonly makeHello: () => Omit<Hello, 'version' | 'nonce' | 'connectionId'>
  /** Signed, for this device, fresh: its nonce answers a hello of this run. */
  readonly onWelcome: (message: Welcome) => Promise<void>
  readonly onTarget: (jws: CompactJws, manifest: TargetManifest) => Promise<void>
  /** Verified; expiry, area and replay are still to be judged. `trustedNow` is the server's time. */
  readonly onAlert: (message: AlertMessage, trustedNow: number) => Promise<void>
  readonly onCommand: (message: CommandMessage, trustedNow: number) => Promise<void>
  readonly onLedgerAck: (ack: LedgerAck) => Promise<void>
  readonly onClipBlock: (block: ClipBlock) => void
}

/** The conversation over one link: hello until welcomed, then whatever the server says, verified. */
export interface Session {
  /** What the last welcome said about the time; null before the first one of this run. */
  readonly serverTime: ServerTime | null
  readonly isWelcomed: boolean
  readonly connection: ConnectionId | undefined
  onUp(connection: ConnectionId): void
  onDown(): void
  onMessage(topic: string, payload: Buffer): void
  /** Says hello again, e.g. after the ledger was begun anew. */
  greet(): void
  /**
   * Takes no message any more; resolves when those that came before have been acted on and written down. An alert that
   * comes later comes again with the next run's welcome.
   */
  stop(): Promise<void>
}

export function createSession(options: {
  readonly deviceId: DeviceId
  readonly link: Pick<Link, 'publish'>
  readonly trust: Trust
  readonly clock: Clock
  readonly random: () => number
  readonly handlers: SessionHandlers
  readonly refusals: Pick<Refusals, 'note'>
  readonly log: Log
}): Session {
  const { deviceId, link, trust, clock, handlers, refusals, log } = options
  const sentAtMs = new Map<string, number>()
  /** Nonces that no answer is waited for any more; one may still come, for a hello is repeated. */
  let settledNonces: string[] = []
  let serverTime: ServerTime | null = null
  let isWelcomed = false
  let connection: ConnectionId | undefined
  let isStopped = false
  let repeats = 0
  let askedForKeyMs = Number.NEGATIVE_INFINITY
  let cancelTimer = (): void => {}
  let cancelAsking: (() => void) | undefined
  let inbox: Promise<void> = Promise.resolve()
  const deferred: (() => Promise<void>)[] = []
  const waitingForKey: (() => Promise<void>)[] = []

  function settleNonces(): void {
    settledNonces = [...settledNonces, ...sentAtMs.keys()].slice(-MAX_NONCES)
    sentAtMs.clear()
  }

  function greet(): void {
    cancelTimer()
    if (connection === undefined || isStopped) return
    const nonce = randomBytes(18).toString('base64url')
    sentAtMs.set(nonce, clock.monotonicMs())
    for (const old of [...sentAtMs.keys()].slice(0, -MAX_NONCES)) sentAtMs.delete(old)
    const hello: Hello = { version: 1, nonce, connectionId: connection, ...handlers.makeHello() }
    link
      .publish(deviceTopic(deviceId, 'hello'), encodeJson(hello), { qos: 1 })
      .catch((cause: unknown) => log.debug('hello not sent', { cause }))
    const delayMs =
      Math.min(LONGEST_REPEAT_MS, FIRST_REPEAT_MS * 2 ** Math.min(repeats, 10)) * (0.75 + options.random() / 2)
    repeats += 1
    cancelTimer = clock.after(delayMs, greet)
  }

  function drop(what: string, result: { readonly reason?: RefusalReason; readonly error: string }): void {
    refusals.note(what, result.reason ?? 'malformed', result.error)
  }

  /**
   * The server's key may have been rotated while this connection was up: a welcome brings the chain. Whoever sends rubbish
   * can make the device ask no more often than this, and cannot keep it from asking.
   */
  function askForKey(): void {
    if (!isWelcomed || cancelAsking !== undefined) return
    const dueMs = Math.max(0, askedForKeyMs + ASK_FOR_KEY_EVERY_MS - clock.monotonicMs())
    const ask = (): void => {
      cancelAsking = undefined
      askedForKeyMs = clock.monotonicMs()
      repeats = 0
      greet()
    }
    if (dueMs === 0) ask()
    else cancelAsking = clock.after(dueMs, ask)
  }

  /** Judges what came, and acts on it; with an unknown key it is judged once more when the server has said its key. */
  async function judge<T>(
    what: string,
    verify: () => Promise<Judged<T>>,
    act: (value: T) => Promise<void>,
    isLastTry = false,
  ): Promise<void> {
    const verified = await verify()
    if (verified.ok) return act(verified.value)
    if (verified.reason !== 'unknown-key' || isLastTry || waitingForKey.length >= MAX_WAITING_FOR_KEY) {
      drop(what, verified)
    } else {
      waitingForKey.push(() => judge(what, verify, act, true))
    }
    if (verified.reason === 'unknown-key' && !isLastTry) askForKey()
  }

  async function onWelcome(payload: Buffer): Promise<void> {
    const jws = readJws(payload)
    if (!jws.ok) return drop('welcome', jws)
    const receivedMs = clock.monotonicMs()
    const expected = { audience: deviceId, awaited: new Set(sentAtMs.keys()), settled: new Set(settledNonces) }
    const formerGeneration = trust.generation
    const verified = await trust.verifyWelcome(jws.value, expected)
    if (!verified.ok) return drop('welcome', verified)
    const { nonce, serverTime: serverAt, alerts } = verified.value
    const sentMs = sentAtMs.get(nonce)
    // A second answer to one hello, or a late one to an earlier connection's. It may have brought another key; when the
    // recovery key has named that, what was held under the one before is to be asked for anew.
    if (sentMs === undefined) {
      if (trust.generation > formerGeneration) askForKey()
      return
    }
    settleNonces()
    serverTime = { serverAt, monotonicMs: receivedMs, roundTripMs: receivedMs - sentMs }
    isWelcomed = true
    repeats = 0
    cancelTimer()
    cancelTimer = clock.after(GREET_AGAIN_MS * (0.75 + options.random() / 2), greet)
    for (const again of waitingForKey.splice(0)) await again()
    for (const act of deferred.splice(0)) await act()
    await handlers.onWelcome(verified.value)
    for (const alert of alerts) await onAlert(alert)
  }

  /** Acts once it is known what time it is, whatever this device's own clock says. */
  async function withTrustedNow(act: (trustedNow: number) => Promise<void>): Promise<void> {
    const trustedNow = estimateServerNow({ monotonicMs: clock.monotonicMs(), serverTime })
    if (trustedNow !== undefined) await act(trustedNow)
    else if (deferred.length < MAX_DEFERRED) deferred.push(() => withTrustedNow(act))
  }

  const onAlert = (jws: CompactJws): Promise<void> =>
    judge(
      'alert',
      () => trust.verifyAlert(jws),
      (message) => withTrustedNow((trustedNow) => handlers.onAlert(message, trustedNow)),
    )

  const onCommand = (jws: CompactJws): Promise<void> =>
    judge(
      'command',
      () => trust.verifyCommand(jws),
      (message) => withTrustedNow((trustedNow) => handlers.onCommand(message, trustedNow)),
    )

  const onTarget = (jws: CompactJws): Promise<void> =>
    judge(
      'target',
      () => trust.verifyTarget(jws),
      (manifest) =>
        withTrustedNow(async (trustedNow) => {
          if (manifest.expiresAt <= trustedNow) drop('target', { reason: 'expired', error: 'expired' })
          else await handlers.onTarget(jws, manifest)
        }),
    )

  async function onSigned(what: string, payload: Buffer, act: (jws: CompactJws) => Promise<void>): Promise<void> {
    const jws = readJws(payload)
    if (jws.ok) await act(jws.value)
    else drop(what, jws)
  }

  async function handle(topic: string, payload: Buffer): Promise<void> {
    const parsed = parseTopic(topic)
    if (parsed?.scope === 'area') return onSigned('alert', payload, onAlert)
    if (parsed?.scope !== 'device' || parsed.deviceId !== deviceId) return
    switch (parsed.kind) {
      case 'welcome':
        return onWelcome(payload)
      case 'target':
        return onSigned('target', payload, onTarget)
      case 'command':
        return onSigned('command', payload, onCommand)
      case 'ledger-ack': {
        const ack = decodeJson(ledgerAck, payload)
        return ack.ok ? handlers.onLedgerAck(ack.value) : drop('ledger-ack', ack)
      }
      default:
        return undefined
    }
  }

  return {
    get serverTime() {
      return serverTime
    },
    get isWelcomed() {
      return isWelcomed
    },
    get connection() {
      return connection
    },
    onUp(next) {
      connection = next
      isWelcomed = false
      repeats = 0
      settleNonces()
      greet()
    },
    onDown() {
      connection = undefined
      isWelcomed = false
      cancelTimer()
      cancelAsking?.()
      cancelAsking = undefined
    },
    onMessage(topic, payload) {
      if (isStopped) return
      // Blocks of a clip do not wait their turn: the window's timing depends on them.
      if (topic === deviceTopic(deviceId, 'clip')) {
        const block = decodeClipBlock(payload)
        if (block.ok) handlers.onClipBlock(block.value)
        else drop('clip block', block)
        return
      }
      inbox = inbox
        .then(() => handle(topic, payload))
        .catch((cause: unknown) => log.error('handling a message failed', { topic, cause }))
    },
    greet,
    async stop() {
      isStopped = true
      cancelTimer()
      cancelAsking?.()
      await inbox
      // What was being handled may have planned another hello.
      cancelTimer()
    },
  }
}

function readJws(payload: Buffer): Decoded<CompactJws> {
  const parsed = compactJws.safeParse(payload.toString('latin1'))
  return parsed.success ? { ok: true, value: parsed.data } : { ok: false, error: 'not a compact JWS' }
}

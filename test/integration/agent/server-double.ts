import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import net from 'node:net'
import { Aedes } from 'aedes'
import { onTestFinished } from 'vitest'
import type { z } from 'zod'
import { systemClock } from '#agent/clock.ts'
import type { Identity } from '#agent/io/identity.ts'
import { alertMessage, type CommandMessage, commandMessage } from '#protocol/alert.ts'
import { clipGet, encodeClipBlock } from '#protocol/clip.ts'
import { encodeJson } from '#protocol/codec.ts'
import { areaId, deviceId, hashBytes, ledgerId } from '#protocol/ids.ts'
import { keyRotation } from '#protocol/key-chain.ts'
import { type LedgerAck, type LedgerEntry, ledgerBatch, ledgerEntry } from '#protocol/ledger.ts'
import {
  type ClipsHeld,
  clipsHeld,
  type DeviceState,
  deviceState,
  emptyLedgerHash,
  type Hello,
  hello,
  type Welcome,
} from '#protocol/link.ts'
import { type CompactJws, createSigner, toJwk, toPrivateKey, verifySigned } from '#protocol/signing.ts'
import { type PlannedOccurrence, type TargetContent, targetContent } from '#protocol/target.ts'
import { alertTopic, deviceTopic, parseTopic } from '#protocol/topics.ts'
import { id } from './fixtures.ts'

const newKey = () => generateKeyPairSync('ed25519').privateKey

/** What the double heard, and a way to wait for it. */
class Heard<T> {
  readonly all: T[] = []
  #waiters: (() => void)[] = []
  push(item: T): void {
    this.all.push(item)
    for (const wake of this.#waiters.splice(0)) wake()
  }
  /** The first one, past ones included, that `test` accepts. */
  async find(test: (item: T) => boolean): Promise<T> {
    for (;;) {
      const found = this.all.find(test)
      if (found !== undefined) return found
      await new Promise<void>((resolve) => this.#waiters.push(resolve))
    }
  }
}

/**
 * The server's side of the protocol with real crypto, over a real broker, without database or schedule: what a device
 * must cope with can be said here without waiting for a server to come to it.
 */
export async function startServerDouble() {
  let broker = await Aedes.createBroker({})
  const listener = net.createServer((socket) => broker.handle(socket))
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const address = listener.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const device = deviceId.parse(id())
  const area = areaId.parse(id())
  const [firstKey, recovery, deviceKey] = [newKey(), newKey(), newKey()]
  let signer = createSigner(firstKey)
  let currentKey = firstKey
  let chain: CompactJws[] = []
  let generation = 0
  const blobs = new Map<string, Uint8Array>()
  const hellos = new Heard<Hello>()
  const states = new Heard<DeviceState>()
  const clips = new Heard<ClipsHeld>()
  const entries = new Heard<LedgerEntry>()
  const blockRequests = new Heard<string>()
  /** Sizes of ledger batches, and when they came. */
  const batches = new Heard<{ entries: number; bytes: number; atMs: number }>()
  const committed = new Map<string, { seq: number; hash: string }>()
  const double = {
    /** What the double does when asked; a test may change it. */
    acknowledges: true,
    welcomes: true,
    /** Blobs for which it is busy for the time being. */
    withheld: new Set<string>(),
    forked: new Set<string>(),
    refused: new Set<string>(),
    timeOffsetMs: 0,
    alertsInForce: [] as CompactJws[],
    target: undefined as CompactJws | undefined,
    revision: 0,
  }

  const publish = (topic: string, payload: Uint8Array, qos: 0 | 1 = 1): Promise<void> =>
    new Promise((resolve, reject) => {
      broker.publish(
        { cmd: 'publish', topic, payload: Buffer.from(payload), qos, retain: false, dup: false },
        (cause) => (cause ? reject(cause) : resolve()),
      )
    })
  const now = () => systemClock.now() + double.timeOffsetMs
  const send = (kind: 'welcome' | 'target' | 'command', jws: CompactJws) =>
    publish(deviceTopic(device, kind), Buffer.from(jws))

  async function sendWelcome(message: Hello): Promise<void> {
    const standing = committed.get(message.ledger.ledgerId) ?? { seq: 0, hash: emptyLedgerHash }
    const welcome = {
      version: 1,
      audience: device,
      nonce: message.nonce,
      serverTime: now(),
      wantedRevision: double.revision,
      ledger: { ledgerId: message.ledger.ledgerId, ...standing },
      ledgerForked: double.forked.has(message.ledger.ledgerId),
      ledgerRefused: double.refused.has(message.ledger.ledgerId),
      keyChain: chain,
      alerts: double.alertsInForce,
    } satisfies Record<keyof Welcome, unknown>
    await send('welcome', await signer.sign('welcome', JSON.stringify(welcome)))
  }

  async function onHello(message: Hello): Promise<void> {
    hellos.push(message)
    if (!double.welcomes) return
    await sendWelcome(message)
    if (double.target !== undefined && message.targetRevision !== double.revision) await send('target', double.target)
  }

  async function onLedger(payload: Buffer): Promise<void> {
    const verified = await verifySigned('ledger', ledgerBatch, [toJwk(deviceKey)], payload.toString())
    if (!verified.ok) throw new Error(`ledger batch: ${verified.error}`)
    const batch = verified.value
    batches.push({ entries: batch.entries.length, bytes: payload.byteLength, atMs: systemClock.monotonicMs() })
    const ack = (status: LedgerAck['status'], head: { seq: number; hash: string }) =>
      publish(deviceTopic(device, 'ledger-ack'), encodeJson({ ledgerId: batch.ledgerId, ...head, status }))
    let head = committed.get(batch.ledgerId) ?? { seq: 0, hash: emptyLedgerHash as string }
    if (double.forked.has(batch.ledgerId)) return ack('forked', head)
    if (double.refused.has(batch.ledgerId)) return ack('refused', head)
    if (!double.acknowledges) return
    for (const text of batch.entries) {
      const entry = ledgerEntry.parse(JSON.parse(text))
      if (entry.seq <= head.seq) continue
      if (entry.seq !== head.seq + 1 || entry.prevHash !== head.hash) return ack('gap', head)
      head = { seq: entry.seq, hash: hashBytes(text) }
      entries.push(entry)
    }
    committed.set(batch.ledgerId, head)
    await ack('committed', head)
  }

  async function onClipGet(payload: Buffer): Promise<void> {
    const request = clipGet.parse(JSON.parse(payload.toString()))
    blockRequests.push(request.sha256)
    if (double.withheld.has(request.sha256)) {
      const busy = { status: 'busy', sha256: request.sha256, retryAfterMs: 100 } as const
      await publish(deviceTopic(device, 'clip'), encodeClipBlock(busy), 0)
      return
    }
    const blob = blobs.get(request.sha256)
    if (blob === undefined) {
      await publish(deviceTopic(device, 'clip'), encodeClipBlock({ status: 'unknown', sha256: request.sha256 }), 0)
      return
    }
    for (const { offset, length } of request.blocks) {
      const block = blob.subarray(offset, offset + length)
      const message = { status: 'block', sha256: request.sha256, offset, totalBytes: blob.byteLength, block } as const
      await publish(deviceTopic(device, 'clip'), encodeClipBlock(message), 0)
    }
  }

  function listen(): void {
    broker.on('publish', (packet) => {
      const parsed = parseTopic(packet.topic)
      const payload = Buffer.from(packet.payload)
      if (parsed?.scope !== 'device') return
      const json = () => JSON.parse(payload.toString())
      const work = async (): Promise<void> => {
        if (parsed.kind === 'hello') await onHello(hello.parse(json()))
        if (parsed.kind === 'state') states.push(deviceState.parse(json()))
        if (parsed.kind === 'clips') clips.push(clipsHeld.parse(json()))
        if (parsed.kind === 'ledger') await onLedger(payload)
        if (parsed.kind === 'clip-get') await onClipGet(payload)
      }
      work().catch((cause: unknown) => {
        throw cause
      })
    })
  }
  listen()

  onTestFinished(async () => {
    const closed = once(listener, 'close')
    listener.close()
    await new Promise<void>((resolve) => broker.close(() => resolve()))
    await closed
  })

  const identity: Identity = {
    version: 1,
    privateKeyPem: deviceKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    secret: 'secret',
    ledgerId: ledgerId.parse(id()),
    hardwareSerial: 'set:test',
    codeUsed: 'none',
    deviceId: device,
    deviceName: 'Cụm loa thôn 1',
    areaName: 'Thôn 1',
    serverKey: toJwk(firstKey),
    keyGeneration: 0,
    recoveryKey: toJwk(recovery),
    mqtt: { url: `mqtt://127.0.0.1:${port}`, caPem: null },
    enrolledAt: systemClock.now(),
  }

  return {
    double,
    identity,
    device,
    area,
    hellos,
    states,
    clips,
    entries,
    blockRequests,
    batches,
    addBlob(bytes: Uint8Array): { sha256: ReturnType<typeof hashBytes>; bytes: number } {
      const sha256 = hashBytes(bytes)
      blobs.set(sha256, bytes)
      return { sha256, bytes: bytes.byteLength }
    },
    /** Signs and sends a target with one day plan. */
    async plan(occurrences: readonly PlannedOccurrence[], change: Partial<TargetContent> = {}): Promise<void> {
      const plan = this.addBlob(Buffer.from(JSON.stringify({ version: 1, date: '2026-03-02', occurrences })))
      const content = targetContent.parse({
        deviceId: device,
        areas: [area],
        timeZone: 'Asia/Ho_Chi_Minh',
        volumePercent: 70,
        maxVolumePercent: 100,
        emergencyVolumePercent: 70,
        muted: false,
        permitted: [{ fromAt: now() - 86_400_000, toAt: now() + 86_400_000 }],
        clips: { transport: 'mqtt', baseUrl: null },
        days: [{ date: '2026-03-02', plan }],
        horizonEndsAt: now() + 86_400_000,
        ...change,
      })
      double.revision += 1
      const manifest = {
        version: 1,
        revision: double.revision,
        contentHash: hashBytes(JSON.stringify(content)),
        issuedAt: now(),
        expiresAt: content.horizonEndsAt,
        content,
      }
      double.target = await signer.sign('target', JSON.stringify(manifest))
      await send('target', double.target)
    },
    sendTarget: (jws: CompactJws) => send('target', jws),
    signTarget: (manifest: object) => signer.sign('target', JSON.stringify(manifest)),
    async alert(change: Partial<z.input<typeof alertMessage>>): Promise<CompactJws> {
      const message = alertMessage.parse({
        version: 1,
        messageId: id(),
        alertId: id(),
        sequence: 1,
        area,
        issuedAt: now(),
        expiresAt: now() + 1_800_000,
        body: { kind: 'cancel' },
        ...change,
      })
      const jws = await signer.sign('alert', JSON.stringify(message))
      await publish(alertTopic(area), Buffer.from(jws))
      return jws
    },
    resendAlert: (jws: CompactJws) => publish(alertTopic(area), Buffer.from(jws)),
    async command(
      body: z.input<typeof commandMessage>['body'],
      change: Partial<z.input<typeof commandMessage>> = {},
      by = signer,
    ): Promise<{ jws: CompactJws; messageId: CommandMessage['messageId'] }> {
      const message = commandMessage.parse({
        version: 1,
        messageId: id(),
        audience: device,
        issuedAt: now(),
        expiresAt: now() + 60_000,
        body,
        ...change,
      })
      const jws = await by.sign('command', JSON.stringify(message))
      await send('command', jws)
      return { jws, messageId: message.messageId }
    },
    resendCommand: (jws: CompactJws) => send('command', jws),
    foreignSigner: createSigner(newKey()),
    /** From now on another key signs. `by` the key before it, or the recovery key. */
    async rotateKey(by: 'current' | 'recovery' | 'stranger'): Promise<void> {
      const next = newKey()
      if (by === 'recovery') generation += 1
      const record = keyRotation.parse({
        sequence: chain.length + 1,
        generation,
        newKey: toJwk(next),
        rotatedAt: systemClock.now(),
      })
      const keys = { current: currentKey, recovery, stranger: newKey() }
      chain.push(await createSigner(keys[by]).sign('key-rotation', JSON.stringify(record)))
      currentKey = next
      signer = createSigner(toPrivateKey(next.export({ type: 'pkcs8', format: 'pem' }).toString()))
    },
    /** As a server does that has taken up another key. */
    async welcomeAgain(): Promise<void> {
      const last = hellos.all.at(-1)
      if (last === undefined) throw new Error('no hello yet')
      await sendWelcome(last)
    },
    /** Another party speaks from now on: the key of whoever has this snapshot signs, with their chain. */
    takeOver(signing: { key: typeof firstKey; chain: readonly CompactJws[] }): void {
      currentKey = signing.key
      chain = [...signing.chain]
      signer = createSigner(signing.key)
    },
    keepSigning: () => ({ key: currentKey, chain: [...chain] }),
    /** The connection is cut; the broker comes back at once, knowing nothing. */
    async restartBroker(): Promise<void> {
      await new Promise<void>((resolve) => broker.close(() => resolve()))
      broker = await Aedes.createBroker({})
      listen()
    },
    forgetLedger: (ledger: string) => committed.delete(ledger),
  }
}

export type ServerDouble = Awaited<ReturnType<typeof startServerDouble>>

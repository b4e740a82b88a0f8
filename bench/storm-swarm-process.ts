import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto'
import { z } from 'zod'
import { retryDelayMs } from '#agent/io/link.ts'
import { encodeJson } from '#protocol/codec.ts'
import { bootId, connectionId, type DeviceId, deviceId, hashBytes, ledgerId, newId, sha256 } from '#protocol/ids.ts'
import { ledgerAck } from '#protocol/ledger.ts'
import { emptyLedgerHash, type Hello } from '#protocol/link.ts'
import { createSigner, toJwk } from '#protocol/signing.ts'
import { instantMs } from '#protocol/time.ts'
import { deviceTopic } from '#protocol/topics.ts'
import { handler, serveParent } from './child.ts'
import { openSimulatedDevice, type SimulatedDevice } from './simulated-device.ts'
import { quantile } from './statistics.ts'

/**
 * A province that was away for three days, in this process: each device has one batch of entries ready, comes back as the
 * agent does (its own retry delays), says hello until it is welcomed, and sends its batch until it is acknowledged.
 */
const prepareInput = z.object({
  devices: z.number(),
  secret: z.string(),
  /** What each of them played, in order: one start and one end each. */
  plays: z.array(z.object({ occurrenceId: z.string(), itemId: z.string(), clip: z.string(), startAt: z.number() })),
  durationMs: z.number(),
})
const stormInput = z.object({ host: z.string(), port: z.number(), timeoutMs: z.number() })

/** As in device-agent/session.ts and ledger-uplink.ts. */
const [FIRST_HELLO_MS, LONGEST_HELLO_MS] = [3_000, 60_000]
const [FIRST_BATCH_MS, LONGEST_BATCH_MS] = [15_000, 300_000]
/** One address has its share of the broker, so the province comes from many. */
const SOURCE_ADDRESSES = 120

interface Member {
  readonly id: DeviceId
  readonly secret: string
  readonly serial: string
  readonly ledgerId: string
  readonly seq: number
  readonly hash: string
  readonly batch: Buffer
}
const members: Member[] = []
const open: SimulatedDevice[] = []
const figures = { refused: 0, hellos: 0, batches: 0 }

async function makeMember(input: z.infer<typeof prepareInput>, index: number) {
  const now = Date.now()
  const { privateKey } = generateKeyPairSync('ed25519')
  const [id, ledger, boot] = [deviceId.parse(newId(now)), newId(now), randomUUID()]
  const entries: string[] = []
  let hash: string = emptyLedgerHash
  const write = (at: number, fact: object): void => {
    const head = { version: 1, ledgerId: ledger, seq: entries.length + 1, prevHash: hash, bootId: boot, at }
    const rest = { monotonicMs: entries.length, clock: 'trusted', targetRevision: 1 }
    const text = JSON.stringify({ ...head, ...rest, ...fact })
    entries.push(text)
    hash = hashBytes(text)
  }
  const first = input.plays[0]?.startAt ?? now
  write(first - 60_000, { type: 'boot', agentVersion: 'bench', cleanShutdown: true })
  for (const { occurrenceId, itemId, clip, startAt } of input.plays) {
    const play = { playId: newId(now), occurrenceId, alertId: null, itemId, clip, language: 'vi' }
    const endedAt = startAt + input.durationMs
    write(startAt, { type: 'play-started', play, plannedStartAt: startAt, fromMs: 0 })
    const heard = { startedAt: startAt, endedAt, heardMs: input.durationMs, volumePercent: 80 }
    write(endedAt, { type: 'play-ended', play, ...heard, outcome: 'played', reason: null })
  }
  const head = { ledgerId: ledger, seq: entries.length, hash }
  const payload = { version: 1, ledgerId: ledger, entries, head, completeUntil: null }
  const batch = Buffer.from(await createSigner(privateKey).sign('ledger', JSON.stringify(payload)))
  const member = {
    id,
    secret: input.secret,
    serial: `bench-${index}`,
    ledgerId: ledger,
    seq: entries.length,
    hash,
    batch,
  }
  return { member, publicKey: toJwk(privateKey).x }
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

async function connect(
  member: Member,
  index: number,
  address: { host: string; port: number },
  take: (topic: string, payload: Buffer) => void,
) {
  const own = index % SOURCE_ADDRESSES
  for (let attempt = 0; ; attempt++) {
    await wait(retryDelayMs(attempt, Math.random()))
    try {
      return await openSimulatedDevice({
        address: { ...address, localAddress: `127.0.${1 + (own >> 5)}.${1 + (own & 31)}` },
        id: member.id,
        secret: member.secret,
        topics: (['welcome', 'ledger-ack', 'target'] as const).map((kind) => deviceTopic(member.id, kind)),
        onMessage: take,
        onEnd: (reason) => console.error(`device ${member.id} lost its connection: ${reason}`),
      })
    } catch {
      // Turned away at the door: it comes again, later each time.
      figures.refused += 1
    }
  }
}

/** Resolves when the server has committed all that the device did: since `startedMs`. */
async function deliver(member: Member, index: number, address: { host: string; port: number }, startedMs: number) {
  let welcomed = (): void => {}
  let acknowledged = (): void => {}
  const isWelcome = new Promise<void>((resolve) => {
    welcomed = resolve
  })
  const isDone = new Promise<void>((resolve) => {
    acknowledged = resolve
  })
  const connection = await connect(member, index, address, (topic, payload) => {
    if (topic === deviceTopic(member.id, 'welcome')) welcomed()
    if (topic !== deviceTopic(member.id, 'ledger-ack')) return
    const { status, seq, hash } = ledgerAck.parse(JSON.parse(payload.toString()))
    if (status === 'committed' && seq === member.seq && hash === member.hash) acknowledged()
    else console.error(`device ${member.id}: ${status} up to ${seq} of ${member.seq}`)
  })
  open.push(connection)
  const connectedMs = performance.now() - startedMs
  const [own, boot] = [connectionId.parse(newId(Date.now())), bootId.parse(randomUUID())]
  await repeat(isWelcome, FIRST_HELLO_MS, LONGEST_HELLO_MS, () => {
    figures.hellos += 1
    const hello: Hello = {
      version: 1,
      nonce: randomBytes(18).toString('base64url'),
      connectionId: own,
      bootId: boot,
      targetRevision: 0,
      targetHash: null,
      ledger: { ledgerId: ledgerId.parse(member.ledgerId), seq: member.seq, hash: sha256.parse(member.hash) },
      clock: { at: instantMs.parse(Date.now()), state: 'trusted', monotonicMs: performance.now() },
      agentVersion: 'bench',
      capabilities: [],
      hardwareSerial: member.serial,
    }
    connection.publish(deviceTopic(member.id, 'hello'), encodeJson(hello), 1)
  })
  const welcomedMs = performance.now() - startedMs
  await repeat(isDone, FIRST_BATCH_MS, LONGEST_BATCH_MS, () => {
    figures.batches += 1
    connection.publish(deviceTopic(member.id, 'ledger'), member.batch, 1)
  })
  return { connectedMs, welcomedMs, drainedMs: performance.now() - startedMs }
}

/** Acts at once and again, each time after twice as long, until `done`. */
async function repeat(done: Promise<void>, firstMs: number, longestMs: number, act: () => void): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const again = (attempt: number): void => {
    act()
    const delayMs = Math.min(longestMs, firstMs * 2 ** attempt) * (0.75 + Math.random() / 2)
    timer = setTimeout(() => again(attempt + 1), delayMs)
  }
  again(0)
  await done
  clearTimeout(timer)
}

serveParent({
  prepare: handler(prepareInput, async (input) => {
    const keys: { id: string; publicKey: string; serial: string }[] = []
    for (let index = 0; index < input.devices; index++) {
      const { member, publicKey } = await makeMember(input, index)
      members.push(member)
      keys.push({ id: member.id, publicKey, serial: member.serial })
    }
    return keys
  }),

  storm: handler(stormInput, async ({ host, port, timeoutMs }) => {
    const startedMs = performance.now()
    const all = Promise.all(members.map((member, index) => deliver(member, index, { host, port }, startedMs)))
    const late = wait(timeoutMs).then(() => Promise.reject(new Error(`not drained after ${timeoutMs} ms`)))
    const done = await Promise.race([all, late])
    const last = (read: (one: (typeof done)[number]) => number): number =>
      done.reduce((most, one) => Math.max(most, read(one)), 0)
    return {
      connectedMs: last((one) => one.connectedMs),
      welcomedMs: last((one) => one.welcomedMs),
      drainedMs: last((one) => one.drainedMs),
      medianMs: quantile(
        done.map((one) => one.drainedMs),
        0.5,
      ),
      ...figures,
    }
  }),

  close: async () => {
    for (const device of open.splice(0)) device.close()
    return null
  },
})

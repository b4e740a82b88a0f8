import { generateKeyPairSync, randomBytes } from 'node:crypto'
import type { Packet } from 'mqtt-packet'
import type pg from 'pg'
import { z } from 'zod'
import { proveEnrolment } from '#protocol/enrolment.ts'
import { bootId, connectionId, type DeviceId, deviceId, ledgerId, newId } from '#protocol/ids.ts'
import type { DeviceState } from '#protocol/link.ts'
import { createSigner, toJwk } from '#protocol/signing.ts'
import { targetManifest } from '#protocol/target.ts'
import { instantMs } from '#protocol/time.ts'
import { deviceTopic } from '#protocol/topics.ts'
import { openDevice, type RawMqtt } from '../support/raw-mqtt.ts'
import { type Fortune, writeLedger, writePastWeek } from './week.ts'
import type { PicturedDevice, PicturedWorld } from './world.ts'

const fresh = (): string => newId(instantMs.parse(Date.now()))

/** What a device of the pictures is like: by its place in the list. The last but one has never been enrolled. */
interface Looks {
  readonly fortune: Fortune
  readonly isOffline?: boolean
  readonly alarms?: DeviceState['alarms']
  readonly temperatureC?: number
}
const looks: Readonly<Record<number, Looks>> = {
  2: { fortune: 'power' },
  4: { fortune: 'away', isOffline: true },
  7: { fortune: 'good', alarms: ['sound-device-failed'] },
  9: { fortune: 'power', alarms: ['disk-full'], temperatureC: 71.5 },
  12: { fortune: 'away', isOffline: true },
}
const NEVER_ENROLLED = 10

export interface PicturedSpeakers {
  /** All that play say so: `occurrenceId` is on the air. */
  stop(): void
}

/** Enrols the devices by the public API, lets them tell of their past week over MQTT, and keeps those online that are. */
export async function bringSpeakers(
  server: { url: string; mqttUrl: string },
  owner: pg.Client,
  world: PicturedWorld,
): Promise<PicturedSpeakers> {
  const plays = await writePastWeek(owner, world)
  const { rows } = await owner.query("SELECT sha256 FROM clip WHERE state = 'ready'")
  const clips = z.array(z.object({ sha256: z.string() })).parse(rows)
  const hashes = [...new Set(clips.map(({ sha256 }) => sha256))]
  const open: RawMqtt[] = []
  for (const [index, device] of world.devices.entries()) {
    if (index === NEVER_ENROLLED) continue
    const look = looks[index] ?? { fortune: 'good' }
    const connection = await bringSpeaker(server, device, look, plays.get(device.id) ?? [], hashes)
    if (look.isOffline) connection.end()
    else open.push(connection)
  }
  return {
    stop() {
      for (const connection of open) connection.end()
    },
  }
}

async function bringSpeaker(
  server: { url: string; mqttUrl: string },
  device: PicturedDevice,
  look: Looks,
  plays: Parameters<typeof writeLedger>[2],
  hashes: readonly string[],
): Promise<RawMqtt> {
  const { privateKey } = generateKeyPairSync('ed25519')
  const secret = randomBytes(32).toString('base64url')
  const own = { secret, ledgerId: ledgerId.parse(fresh()), hardwareSerial: randomBytes(8).toString('hex') }
  const { code } = device
  const proof = await proveEnrolment({ ...own, code }, privateKey)
  const claim = { ...own, code, publicKey: toJwk(privateKey), agentVersion: '0.1.0', proof }
  const response = await fetch(`${server.url}/api/enrol`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(claim),
  })
  if (!response.ok) throw new Error(`enrolment of ${device.name}: ${await response.text()}`)
  const id = deviceId.parse(device.id)
  const boot = bootId.parse(fresh())
  const { entries, head } = writeLedger(own.ledgerId, boot, plays, look.fortune)
  const link = await openDevice(Number(new URL(server.mqttUrl).port), id, secret)
  await link.subscribe(
    ...(['welcome', 'target', 'ledger-ack', 'command'] as const).map((kind) => deviceTopic(id, kind)),
  )
  const connection = connectionId.parse(fresh())
  const say = (kind: 'hello' | 'state' | 'clips' | 'ledger', payload: object | string): void =>
    link.publish(deviceTopic(id, kind), typeof payload === 'string' ? payload : JSON.stringify(payload), { qos: 1 })
  const clock = { at: Date.now(), state: 'trusted', monotonicMs: 3_600_000, evidence: 'ntp' }
  say('hello', {
    version: 1,
    nonce: randomBytes(12).toString('hex'),
    connectionId: connection,
    bootId: boot,
    targetRevision: 0,
    targetHash: null,
    ledger: head,
    clock,
    agentVersion: '0.1.0',
    capabilities: ['ogg-opus', 'alert-inline', 'clip-mqtt', 'command'],
    hardwareSerial: own.hardwareSerial,
  })
  await awaitTopic(link, deviceTopic(id, 'welcome'))
  const completeUntil = look.fortune === 'away' ? null : Date.now()
  const batch = { version: 1, ledgerId: own.ledgerId, entries, head, completeUntil }
  say('ledger', await createSigner(privateKey).sign('ledger', JSON.stringify(batch)))
  await awaitTopic(link, deviceTopic(id, 'ledger-ack'))
  const report = (): void =>
    say('state', {
      connectionId: connection,
      status: 'online',
      at: Date.now(),
      playing: null,
      volumePercent: 80,
      muted: false,
      alarms: look.alarms ?? [],
      health: {
        temperatureC: look.temperatureC ?? 48.3,
        diskFreeBytes: look.alarms?.includes('disk-full') ? 41_000_000 : 21_400_000_000,
        diskTotalBytes: 29_800_000_000,
        memoryRssBytes: 84_000_000,
        uptimeS: 190_000,
        sink: {
          kind: 'alsa',
          state: look.alarms?.includes('sound-device-failed') ? 'failed' : 'open',
          detail: 'default',
        },
        xruns: 0,
      },
    })
  report()
  if (!look.isOffline) void keepReady(link, id, hashes, (held) => say('clips', held))
  return link
}

const isPublishOf = (packet: Packet, topic: string): boolean => packet.cmd === 'publish' && packet.topic === topic

async function awaitTopic(link: RawMqtt, topic: string): Promise<void> {
  for (;;) {
    if (isPublishOf(await link.next('publish'), topic)) return
  }
}

/** Says of every target that comes that all of it is there. Ends with the connection. */
async function keepReady(link: RawMqtt, id: DeviceId, hashes: readonly string[], say: (held: object) => void) {
  const topic = deviceTopic(id, 'target')
  try {
    for (;;) {
      const packet = await link.next('publish')
      if (packet.qos === 1 && packet.messageId !== undefined) link.send({ cmd: 'puback', messageId: packet.messageId })
      if (packet.topic !== topic) continue
      const [, payload = ''] = packet.payload.toString().split('.')
      const { revision, content } = targetManifest.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()))
      const plans = content.days.map(({ plan }) => plan.sha256)
      say({ targetRevision: revision, held: [...plans, ...hashes], missing: [] })
    }
  } catch (error) {
    if (!link.socket.destroyed) throw error
  }
}

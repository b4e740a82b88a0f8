import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { proveEnrolment } from '#protocol/enrolment.ts'
import { bootId, connectionId, type DeviceId, type LedgerId, ledgerId, newId } from '#protocol/ids.ts'
import { emptyLedgerHash, type Hello } from '#protocol/link.ts'
import { toJwk } from '#protocol/signing.ts'
import { instantMs } from '#protocol/time.ts'
import { deviceTopic } from '#protocol/topics.ts'
import { openDevice, type RawMqtt } from '../support/raw-mqtt.ts'

/** What a device has before it enrols. */
export interface Claimant {
  readonly privateKey: KeyObject
  readonly secret: string
  readonly ledgerId: LedgerId
  readonly hardwareSerial: string
  /** Body of POST /api/enrol. */
  claim(code: string): Promise<object>
}

const fresh = (): string => newId(instantMs.parse(Date.now()))

export function makeClaimant(): Claimant {
  const { privateKey } = generateKeyPairSync('ed25519')
  const own = {
    secret: randomBytes(32).toString('base64url'),
    ledgerId: ledgerId.parse(fresh()),
    hardwareSerial: randomBytes(8).toString('hex'),
  }
  return {
    ...own,
    privateKey,
    async claim(code) {
      const proof = await proveEnrolment({ ...own, code }, privateKey)
      return { ...own, code, publicKey: toJwk(privateKey), agentVersion: '0.1.0', proof }
    },
  }
}

/** Connects as the enrolled device and says hello; resolves when the server has welcomed it. */
export async function comeOnline(mqttUrl: string, id: DeviceId, claimant: Claimant): Promise<RawMqtt> {
  const device = await openDevice(Number(new URL(mqttUrl).port), id, claimant.secret)
  await device.subscribe(deviceTopic(id, 'welcome'), deviceTopic(id, 'command'))
  const hello: Hello = {
    version: 1,
    nonce: randomBytes(12).toString('hex'),
    connectionId: connectionId.parse(fresh()),
    bootId: bootId.parse(fresh()),
    targetRevision: 0,
    targetHash: null,
    ledger: { ledgerId: claimant.ledgerId, seq: 0, hash: emptyLedgerHash },
    clock: { at: instantMs.parse(Date.now()), state: 'trusted', monotonicMs: 1_000 },
    agentVersion: '0.1.0',
    capabilities: [],
    hardwareSerial: claimant.hardwareSerial,
  }
  device.publish(deviceTopic(id, 'hello'), JSON.stringify(hello), { qos: 1 })
  await device.next('publish')
  return device
}

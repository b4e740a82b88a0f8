import { createHash } from 'node:crypto'
import { systemClock } from '#agent/clock.ts'
import { createHttpTransport } from '#agent/io/clip-download-http.ts'
import { createMqttTransport } from '#agent/io/clip-download-mqtt.ts'
import { decodeClipBlock } from '#protocol/clip.ts'
import { encodeJson } from '#protocol/codec.ts'
import { connectionId, newId } from '#protocol/ids.ts'
import type { DeviceState } from '#protocol/link.ts'
import type { BlobRef } from '#protocol/target.ts'
import { deviceTopic } from '#protocol/topics.ts'
import type { FleetMember } from './fleet.ts'
import { type DeviceAddress, openSimulatedDevice } from './simulated-device.ts'

export type TransportName = 'mqtt' | 'http'

/** A device that fetches as the agent does (its own transports, its own block window) and throws away what it fetched. */
export interface ClipDevice {
  /** Resolves when all bytes are there and their hash is right; rejects when it is not. */
  download(via: TransportName, ref: BlobRef, signal: AbortSignal): Promise<void>
  close(): void
}

/** What a transport appends to: hashed and forgotten, so that no disk is measured. */
function createHashingSink() {
  const hash = createHash('sha256')
  let offset = 0
  return {
    get offset() {
      return offset
    },
    write: async (block: Uint8Array): Promise<void> => {
      hash.update(block)
      offset += block.byteLength
    },
    finish: async () => 'held' as const,
    close: async () => {},
    digest: () => hash.digest('hex'),
  }
}

export async function openClipDevice(options: {
  readonly address: DeviceAddress
  readonly httpUrl: string
  readonly member: FleetMember
  readonly onCommand: () => void
  readonly onBlock?: (bytes: number) => void
}): Promise<ClipDevice> {
  const { address, member, httpUrl } = options
  const { id, secret } = member
  const clipTopic = deviceTopic(id, 'clip')
  const commandTopic = deviceTopic(id, 'command')
  const mqtt = createMqttTransport({
    send: async (request) => connection.publish(deviceTopic(id, 'clip-get'), encodeJson(request), 0),
    clock: systemClock,
    random: Math.random,
  })
  const http = createHttpTransport({ baseUrl: httpUrl, deviceId: id, secret })
  const connection = await openSimulatedDevice({
    address,
    id,
    secret,
    topics: [deviceTopic(id, 'target'), commandTopic],
    lossy: [clipTopic],
    onMessage: (topic, payload) => {
      if (topic === commandTopic) options.onCommand()
      if (topic !== clipTopic) return
      const block = decodeClipBlock(payload)
      if (!block.ok) throw new Error(block.error)
      if (block.value.status === 'block') options.onBlock?.(block.value.block.byteLength)
      mqtt.deliver(block.value)
    },
    onEnd: (reason) => console.error(`device ${id} lost its connection: ${reason}`),
  })
  const now = systemClock.now()
  const state: DeviceState = {
    connectionId: connectionId.parse(newId(now)),
    status: 'online',
    at: now,
    playing: null,
    volumePercent: 50,
    muted: false,
    health: null,
    alarms: [],
  }
  connection.publish(deviceTopic(id, 'state'), encodeJson(state), 1)
  return {
    async download(via, ref, signal) {
      const sink = createHashingSink()
      const outcome = await (via === 'mqtt' ? mqtt.fetch : http)(ref, sink, signal)
      if (outcome.status !== 'complete')
        throw new Error(
          `${via}: ${outcome.status} at ${sink.offset}${'detail' in outcome ? `, ${outcome.detail}` : ''}`,
        )
      if (sink.digest() !== ref.sha256) throw new Error(`${via}: the hash is wrong`)
    },
    close: () => connection.close(),
  }
}

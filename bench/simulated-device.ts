import { connect, type Socket } from 'node:net'
import { generate, type IPublishPacket, type Packet, parser } from 'mqtt-packet'

/** One device's MQTT connection on a plain socket: a few KB, where a full client library takes a hundred. */
export interface SimulatedDevice {
  readonly id: string
  /** QoS 0, or QoS 1 without waiting for the acknowledgement. */
  publish(topic: string, payload: Uint8Array, qos: 0 | 1): void
  close(): void
}

export interface DeviceAddress {
  readonly host: string
  readonly port: number
  /** One source address has some 28,000 ports; several of 127.0.0.0/8 have enough for any swarm. */
  readonly localAddress?: string
}

const PUBACK = 0x40
const KEEPALIVE_S = 240

/**
 * Connects, subscribes (QoS 1, or 0 for the topics of `lossy`) and acknowledges whatever comes with QoS 1. Resolves when
 * the subscriptions stand; rejects when the broker refuses. It neither pings (a benchmark is shorter than the keepalive)
 * nor reconnects: `onEnd` is told when the connection is lost.
 */
export function openSimulatedDevice(options: {
  readonly address: DeviceAddress
  readonly id: string
  readonly secret?: string
  readonly topics: readonly string[]
  readonly lossy?: readonly string[]
  readonly onMessage: (topic: string, payload: Buffer) => void
  readonly onEnd: (reason: string) => void
}): Promise<SimulatedDevice> {
  const { address, id, topics, lossy = [] } = options
  return new Promise((resolve, reject) => {
    const socket: Socket = connect({ ...address, noDelay: true })
    const parse = parser({ protocolVersion: 4 })
    let problem = 'the connection ended'
    let isOpen = false
    let nextMessageId = 2
    const device: SimulatedDevice = {
      id,
      publish(topic, payload, qos) {
        const packet: IPublishPacket = {
          cmd: 'publish',
          topic,
          payload: Buffer.from(payload),
          qos,
          dup: false,
          retain: false,
        }
        if (qos === 1) {
          packet.messageId = nextMessageId
          nextMessageId = nextMessageId >= 0xffff ? 1 : nextMessageId + 1
        }
        socket.write(generate(packet))
      },
      close: () => {
        isOpen = false
        socket.destroy()
      },
    }
    const take = (packet: Packet): void => {
      switch (packet.cmd) {
        case 'publish':
          if (packet.qos === 1) {
            const messageId = packet.messageId ?? 0
            socket.write(Buffer.from([PUBACK, 2, messageId >> 8, messageId & 0xff]))
          }
          options.onMessage(
            packet.topic,
            Buffer.isBuffer(packet.payload) ? packet.payload : Buffer.from(packet.payload),
          )
          break
        case 'connack':
          if (packet.returnCode !== 0) {
            problem = `the broker refused with code ${packet.returnCode}`
            socket.destroy()
            return
          }
          socket.write(
            generate({
              cmd: 'subscribe',
              messageId: 1,
              subscriptions: [
                ...topics.map((topic) => ({ topic, qos: 1 as const })),
                ...lossy.map((topic) => ({ topic, qos: 0 as const })),
              ],
            }),
          )
          break
        case 'suback':
          isOpen = true
          resolve(device)
          break
        default:
          break
      }
    }
    parse.on('packet', take)
    parse.on('error', (error: Error) => {
      problem = error.message
      socket.destroy()
    })
    socket.on('data', (chunk) => parse.parse(chunk))
    socket.on('error', (error) => {
      problem = error.message
    })
    socket.once('close', () => {
      if (isOpen) options.onEnd(problem)
      else reject(new Error(`device ${id}: ${problem}`))
    })
    socket.once('connect', () =>
      socket.write(
        generate({
          cmd: 'connect',
          protocolId: 'MQTT',
          protocolVersion: 4,
          clean: true,
          clientId: id,
          keepalive: KEEPALIVE_S,
          ...(options.secret === undefined ? {} : { username: id, password: Buffer.from(options.secret) }),
        }),
      ),
    )
  })
}

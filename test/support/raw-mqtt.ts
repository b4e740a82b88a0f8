import { once } from 'node:events'
import net from 'node:net'
import {
  generate,
  type IConnackPacket,
  type IConnectPacket,
  type IPublishPacket,
  type Packet,
  parser,
} from 'mqtt-packet'

/** An MQTT 3.1.1 client on a raw socket, for what an honest library would never send. */
export interface RawMqtt {
  readonly socket: net.Socket
  send(packet: Packet): void
  sendBytes(bytes: Uint8Array): void
  /** The next packet of this kind, those that came already first. Rejects when the connection ends before it. */
  next<K extends Packet['cmd']>(cmd: K): Promise<Extract<Packet, { cmd: K }>>
  publish(topic: string, payload: string | Uint8Array, options?: Partial<IPublishPacket>): void
  subscribe(...topics: string[]): Promise<void>
  /** Resolves when the other side has ended the connection. */
  closed: Promise<void>
  end(): void
}

export const openRawMqtt = (port: number, host = '127.0.0.1'): Promise<RawMqtt> =>
  speakMqtt(net.connect({ port, host }), 'connect')

/** On a socket of one's own, once it says that it is open. */
export async function speakMqtt(socket: net.Socket, openEvent: 'connect' | 'secureConnect'): Promise<RawMqtt> {
  await once(socket, openEvent)
  const parse = parser({ protocolVersion: 4 })
  const arrived: Packet[] = []
  let waiting: { cmd: string; resolve(packet: Packet): void; reject(error: Error): void }[] = []
  let nextMessageId = 1
  parse.on('packet', (packet: Packet) => {
    const taker = waiting.find((one) => one.cmd === packet.cmd)
    if (taker === undefined) arrived.push(packet)
    else {
      waiting = waiting.filter((one) => one !== taker)
      taker.resolve(packet)
    }
  })
  socket.on('data', (chunk) => parse.parse(chunk))
  // A reset by the broker is one of the ways in which it cuts a client off; 'close' follows.
  socket.on('error', () => {})
  const closed = new Promise<void>((resolve) =>
    socket.once('close', () => {
      for (const one of waiting) one.reject(new Error(`the connection ended before ${one.cmd}`))
      resolve()
    }),
  )
  const isOf = <K extends Packet['cmd']>(cmd: K, packet: Packet): packet is Extract<Packet, { cmd: K }> =>
    packet.cmd === cmd
  const next = async <K extends Packet['cmd']>(cmd: K): Promise<Extract<Packet, { cmd: K }>> => {
    const index = arrived.findIndex((one) => one.cmd === cmd)
    const packet =
      arrived.splice(index, index < 0 ? 0 : 1)[0] ??
      (await new Promise<Packet>((resolve, reject) => {
        if (socket.destroyed) reject(new Error(`the connection ended before ${cmd}`))
        else waiting.push({ cmd, resolve, reject })
      }))
    if (!isOf(cmd, packet)) throw new Error(`expected ${cmd}, got ${packet.cmd}`)
    return packet
  }
  const send = (packet: Packet): void => void socket.write(generate(packet))
  return {
    socket,
    send,
    sendBytes: (bytes) => void socket.write(bytes),
    next,
    publish: (topic, payload, options = {}) =>
      send({
        cmd: 'publish',
        topic,
        payload: Buffer.from(payload),
        qos: 0,
        dup: false,
        retain: false,
        ...(options.qos ? { messageId: nextMessageId++ } : {}),
        ...options,
      }),
    async subscribe(...topics) {
      send({
        cmd: 'subscribe',
        messageId: nextMessageId++,
        subscriptions: topics.map((topic) => ({ topic, qos: 1 })),
      })
      await next('suback')
    },
    closed,
    end: () => void socket.destroy(),
  }
}

export interface RawCredential {
  readonly clientId: string
  readonly username?: string
  readonly password?: string
}

/** Sends CONNECT and waits for its answer. */
export async function connectRaw(
  client: RawMqtt,
  credential: RawCredential,
  options: Partial<IConnectPacket> = {},
): Promise<IConnackPacket> {
  client.send({
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean: true,
    keepalive: 60,
    clientId: credential.clientId,
    ...(credential.username === undefined ? {} : { username: credential.username }),
    ...(credential.password === undefined ? {} : { password: Buffer.from(credential.password) }),
    ...options,
  })
  return await client.next('connack')
}

/** A connected client whose user name is its client id. */
export async function openDevice(port: number, id: string, password: string): Promise<RawMqtt> {
  const client = await openRawMqtt(port)
  const { returnCode } = await connectRaw(client, { clientId: id, username: id, password })
  if (returnCode !== 0) throw new Error(`refused with code ${returnCode}`)
  return client
}

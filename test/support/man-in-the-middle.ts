import net from 'node:net'
import { generate, type Packet, parser } from 'mqtt-packet'

/** A message that passed, as its exact bytes. */
export interface Passed {
  readonly direction: 'up' | 'down'
  readonly topic: string
  readonly payload: Buffer
}

/** Sits between devices and their broker, hears all of it, and says to devices whatever it likes. */
export interface ManInTheMiddle {
  /** Where devices take it for their broker. */
  readonly url: string
  /** Connections of devices so far. */
  readonly connections: () => number
  readonly passed: readonly Passed[]
  /** The first message, past ones included, that `test` accepts. */
  next(test: (message: Passed) => boolean): Promise<Passed>
  /** A message (QoS 0) to every device that is connected, as from their broker. */
  inject(topic: string, payload: string | Uint8Array): void
  close(): Promise<void>
}

/** Only for MQTT without TLS, which is why that is closed to other machines. `target` is asked for every connection. */
export async function startManInTheMiddle(target: () => number): Promise<ManInTheMiddle> {
  const passed: Passed[] = []
  const waiting = new Set<{ test: (message: Passed) => boolean; resolve: (message: Passed) => void }>()
  const devices = new Set<net.Socket>()
  const open = new Set<net.Socket>()
  let connections = 0

  const hear = (direction: Passed['direction']): ((chunk: Buffer) => void) => {
    const parse = parser({ protocolVersion: 4 })
    parse.on('packet', (packet: Packet) => {
      if (packet.cmd !== 'publish') return
      const message: Passed = { direction, topic: packet.topic, payload: Buffer.from(packet.payload) }
      passed.push(message)
      for (const one of waiting) {
        if (!one.test(message)) continue
        waiting.delete(one)
        one.resolve(message)
      }
    })
    return (chunk) => void parse.parse(chunk)
  }

  const server = net.createServer((device) => {
    connections += 1
    const broker = net.connect(target(), '127.0.0.1')
    for (const socket of [device, broker]) {
      open.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => socket.destroy())
      socket.once('close', () => {
        open.delete(socket)
        devices.delete(device)
        device.destroy()
        broker.destroy()
      })
    }
    devices.add(device)
    const [hearUp, hearDown] = [hear('up'), hear('down')]
    device.on('data', (chunk) => {
      hearUp(chunk)
      broker.write(chunk)
    })
    // Whole packets only, so that what is injected never lands in the middle of one.
    let unsent = Buffer.alloc(0)
    broker.on('data', (chunk) => {
      unsent = Buffer.concat([unsent, chunk])
      for (let end = endOfPacket(unsent); end !== undefined; end = endOfPacket(unsent)) {
        const packet = unsent.subarray(0, end)
        unsent = unsent.subarray(end)
        hearDown(packet)
        device.write(packet)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the man in the middle has no port')

  return {
    url: `mqtt://127.0.0.1:${address.port}`,
    connections: () => connections,
    passed,
    next(test) {
      const found = passed.find(test)
      return found === undefined ? new Promise((resolve) => waiting.add({ test, resolve })) : Promise.resolve(found)
    },
    inject(topic, payload) {
      const frame = generate({
        cmd: 'publish',
        topic,
        payload: Buffer.from(payload),
        qos: 0,
        dup: false,
        retain: false,
      })
      for (const device of devices) device.write(frame)
    },
    async close() {
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Where the first packet ends (MQTT 3.1.1 §2.2.3); undefined while it is not whole. */
function endOfPacket(bytes: Buffer): number | undefined {
  let length = 0
  for (let index = 1; index <= 4; index += 1) {
    const byte = bytes[index]
    if (byte === undefined) return undefined
    length += (byte & 0x7f) * 128 ** (index - 1)
    if (byte < 0x80) {
      const end = index + 1 + length
      return bytes.length < end ? undefined : end
    }
  }
  throw new Error('a packet without an end')
}

import type { Socket } from 'node:net'
import type { DeviceId } from '#protocol/ids.ts'
import type { Clock } from '#server/clock.ts'
import type { Allowance } from './admission.ts'
import { createFrameMeter, type PublishFrame } from './frames.ts'
import { LinkError } from './link-error.ts'
import { createRateLimiter, type RateLimit } from './rate-limit.ts'
import type { ConnectRequest } from './rules.ts'

export interface PeerLimits {
  /** Largest packet before and after the credential was checked. */
  readonly maxFirstPacketBytes: number
  readonly maxPacketBytes: number
  readonly packets: RateLimit
  readonly bytes: RateLimit
  /** What may lie unsent for one device. */
  readonly maxQueuedBytes: number
  /** A connection that takes no byte for so long is cut. */
  readonly stallTimeoutMs: number
}

export type Breach = 'packet-too-large' | 'malformed-length' | 'rate-limit' | 'stalled'

/** One connection to the embedded broker. */
export interface Peer {
  readonly socket: Socket
  readonly address: string
  /** The device, once its credential is being checked. */
  deviceId: DeviceId | undefined
  /** Its credential is good: until then `deviceId` is what a stranger claims. */
  isProven: boolean
  isAuthenticated: boolean
  /** What the device may still send, once it is known; a stranger has an allowance of its own. */
  allowance: Allowance
  /** Something was refused, and reported: how the connection then ends is no news. */
  isRefused: boolean
  /** What its CONNECT asked for. */
  request: ConnectRequest | undefined
  /** Topic → granted QoS. */
  readonly subscriptions: Map<string, 0 | 1>
  /** Writes a publish; `done` is called when the connection has drained it, or failed. */
  write(frame: PublishFrame, qos: 0 | 1, done: (error?: Error | null) => void): 'written' | 'overloaded' | 'closed'
  /** Ends it now. */
  cut(): void
}

const SMALL_PAYLOAD_BYTES = 4_096

/**
 * Wraps a fresh socket. What it reads is measured before aedes sees it: `onBreach` is told once, and nothing more is
 * read. (aedes takes bytes by `socket.read()` alone, and its parser knows no limit of its own.)
 */
export function createPeer(
  socket: Socket,
  limits: PeerLimits,
  clock: Pick<Clock, 'monotonicMs'>,
  onBreach: (peer: Peer, breach: Breach) => void,
): Peer {
  const startMs = clock.monotonicMs()
  const measure = createFrameMeter(() => (peer.isAuthenticated ? limits.maxPacketBytes : limits.maxFirstPacketBytes))
  let isBreached = false
  let nextMessageId = 1
  let stallTimer: NodeJS.Timeout | undefined

  const breachOf = (chunk: Uint8Array): Breach | undefined => {
    const measured = measure(chunk)
    if (!measured.ok) return measured.breach
    const nowMs = clock.monotonicMs()
    const { allowance } = peer
    if (!allowance.spendPackets(measured.packets, nowMs)) return 'rate-limit'
    if (!allowance.spendBytes(chunk.byteLength, nowMs)) return 'rate-limit'
    return undefined
  }

  const read = socket.read.bind(socket)
  socket.read = (size?: number) => {
    const chunk: unknown = read(size)
    if (isBreached || !(chunk instanceof Uint8Array)) return null
    const breach = breachOf(chunk)
    if (breach === undefined) return chunk
    isBreached = true
    onBreach(peer, breach)
    return null
  }

  const flushedBytes = (): number => socket.bytesWritten - socket.writableLength
  const watchForStall = (): void => {
    if (stallTimer !== undefined || !socket.writableNeedDrain) return
    const before = flushedBytes()
    stallTimer = setTimeout(() => {
      stallTimer = undefined
      if (!socket.writableNeedDrain) return
      if (flushedBytes() > before) watchForStall()
      else onBreach(peer, 'stalled')
    }, limits.stallTimeoutMs)
  }
  socket.on('drain', () => {
    clearTimeout(stallTimer)
    stallTimer = undefined
  })
  socket.once('close', () => clearTimeout(stallTimer))

  const peer: Peer = {
    socket,
    address: socket.remoteAddress ?? 'unknown',
    deviceId: undefined,
    isProven: false,
    isAuthenticated: false,
    allowance: {
      spendPackets: createRateLimiter(limits.packets, startMs),
      spendBytes: createRateLimiter(limits.bytes, startMs),
    },
    isRefused: false,
    request: undefined,
    subscriptions: new Map(),
    write(frame, qos, done) {
      if (socket.destroyed || !socket.writable) return 'closed'
      if (socket.writableLength + frame.bytes > limits.maxQueuedBytes) return 'overloaded'
      const head = frame.head(qos === 1 ? nextMessageId : undefined)
      if (qos === 1) nextMessageId = nextMessageId >= 0xffff ? 1 : nextMessageId + 1
      if (frame.payload.byteLength <= SMALL_PAYLOAD_BYTES) {
        socket.write(Buffer.concat([head, frame.payload]), done)
      } else {
        socket.cork()
        socket.write(head)
        socket.write(frame.payload, done)
        socket.uncork()
      }
      watchForStall()
      return 'written'
    },
    cut: () => socket.destroy(),
  }
  return peer
}

/** Resolves when the peer's connection has drained the frame. */
export function writeAndDrain(peer: Peer, frame: PublishFrame, qos: 0 | 1, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const name = peer.deviceId ?? 'unknown'
    const timer = setTimeout(
      () => reject(new LinkError('timeout', `${name} took nothing for ${timeoutMs} ms`)),
      timeoutMs,
    )
    const written = peer.write(frame, qos, (error) => {
      clearTimeout(timer)
      if (error) reject(new LinkError('not-connected', `${name}: ${error.message}`))
      else resolve()
    })
    if (written === 'written') return
    clearTimeout(timer)
    reject(new LinkError(written === 'closed' ? 'not-connected' : 'overloaded', name))
  })
}

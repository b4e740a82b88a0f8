import dgram from 'node:dgram'
import net from 'node:net'
import tls from 'node:tls'
import type { Logger } from 'pino'

export interface SyslogTarget {
  readonly protocol: 'udp' | 'tcp' | 'tls'
  readonly host: string
  readonly port: number
  /** For TLS: trusted instead of the system's authorities. */
  readonly caPem?: string | undefined
}

/** The way to the SOC. */
export interface SyslogSender {
  /** Hands a message over; never throws and never waits. */
  send(message: Buffer): void
  /** Sends what waits, for a moment at most, and ends. */
  close(): Promise<void>
}

export interface SyslogDeps {
  readonly target: SyslogTarget
  readonly log: Pick<Logger, 'info' | 'warn'>
  /** So many messages had to be dropped while the SOC was away. Told when it is back and what waited has been sent. */
  onLost(count: number): void
  /** Messages that wait while it is away; beyond them the oldest are dropped. */
  readonly maxWaiting?: number
  /** Time until the first new attempt; it doubles up to the largest. */
  readonly retryMs?: { readonly first: number; readonly largest: number }
  /** A connection that takes nothing for so long is given up. */
  readonly stallMs?: number
}

const MAX_WAITING = 5_000
const RETRY_MS = { first: 1_000, largest: 60_000 }
const STALL_MS = 30_000
const KEEPALIVE_MS = 30_000
const CLOSE_WITHIN_MS = 2_000

export const openSyslog = (deps: SyslogDeps): SyslogSender =>
  deps.target.protocol === 'udp' ? openDatagrams(deps) : openStream(deps)

/** RFC 5426: one message, one datagram. What the network loses is lost; nobody is told. */
function openDatagrams({ target, log }: SyslogDeps): SyslogSender {
  const socket = dgram.createSocket(net.isIPv6(target.host) ? 'udp6' : 'udp4')
  let isFailing = false
  let unsent = 0
  let whenSent: (() => void) | undefined
  socket.on('error', (error) => log.warn({ err: error }, 'the syslog socket failed'))
  socket.unref()
  return {
    send(message) {
      unsent += 1
      socket.send(message, target.port, target.host, (error) => {
        unsent -= 1
        if (unsent === 0) whenSent?.()
        // Once for an outage: the log must not be flooded by what keeps it from being sent.
        if (error !== null && !isFailing) log.warn({ err: error }, 'security events cannot be sent to the SOC')
        isFailing = error !== null
      })
    },
    async close() {
      if (unsent > 0) await waitFor((done) => (whenSent = done))
      await new Promise<void>((resolve) => socket.close(resolve))
    },
  }
}

/** Resolves when told, or after a moment: a SOC that is away must not keep the server from stopping. */
function waitFor(arm: (done: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, CLOSE_WITHIN_MS)
    arm(() => {
      clearTimeout(timer)
      resolve()
    })
  })
}

/** RFC 6587 §3.4.1, and RFC 5425 with TLS: the length in octets, a space, the message. */
const frame = (message: Buffer): Buffer => Buffer.concat([Buffer.from(`${message.byteLength} `), message])

/**
 * TCP, with TLS or without. A message leaves the queue when the connection has taken it, so that one under way when the
 * connection breaks is sent again: twice rather than never. (What the other side's machine had taken and lost nobody
 * knows: the protocol has no acknowledgement.)
 */
function openStream(deps: SyslogDeps): SyslogSender {
  const { target, log } = deps
  const maxWaiting = deps.maxWaiting ?? MAX_WAITING
  const retry = deps.retryMs ?? RETRY_MS
  const stallMs = deps.stallMs ?? STALL_MS
  const waiting: Buffer[] = []
  let dropped = 0
  let retryMs = retry.first
  let retryTimer: NodeJS.Timeout | undefined
  let socket: net.Socket | undefined
  let isUp = false
  let isWriting = false
  let isAway = false
  let isClosed = false
  let whenSent: (() => void) | undefined

  function connect(): void {
    retryTimer = undefined
    const { host, port, caPem } = target
    const current =
      target.protocol === 'tls'
        ? tls.connect({ host, port, minVersion: 'TLSv1.2', ...(caPem === undefined ? {} : { ca: caPem }) })
        : net.connect({ host, port })
    socket = current
    current.setKeepAlive(true, KEEPALIVE_MS)
    // Also for a connection that is never answered: nothing else would end the wait for it.
    current.setTimeout(stallMs)
    current.on('timeout', () => {
      if (!isUp || isWriting) current.destroy(new Error('it takes nothing'))
    })
    // Reading shows when the other side ends the connection; a syslog server has nothing to say.
    current.resume()
    current.on('end', () => current.destroy())
    current.once(target.protocol === 'tls' ? 'secureConnect' : 'connect', () => {
      isUp = true
      pump()
    })
    let reason: Error | undefined
    current.on('error', (error) => {
      reason = error
    })
    current.on('close', () => {
      isUp = false
      isWriting = false
      if (isClosed) return
      if (!isAway) log.warn({ err: reason, host, port }, 'the SOC cannot be reached; its events wait')
      isAway = true
      retryTimer = setTimeout(connect, retryMs)
      retryTimer.unref()
      retryMs = Math.min(retry.largest, retryMs * 2)
    })
  }

  function pump(): void {
    const next = waiting[0]
    if (next === undefined) {
      sayAllSent()
      return
    }
    if (!isUp || isWriting) return
    isWriting = true
    const current = socket
    current?.write(frame(next), (error) => {
      // The end of an older connection says nothing about this one's writes.
      if (current !== socket || !isWriting) return
      isWriting = false
      if (error) return
      // Not before: who takes a connection and ends it at once is not back.
      retryMs = retry.first
      if (isAway) log.info({ host: target.host, port: target.port }, 'the SOC is reached again')
      isAway = false
      waiting.shift()
      pump()
    })
  }

  function sayAllSent(): void {
    whenSent?.()
    if (dropped === 0 || !isUp) return
    const count = dropped
    dropped = 0
    deps.onLost(count)
  }

  connect()
  return {
    send(message) {
      waiting.push(message)
      if (waiting.length > maxWaiting) {
        // The one under way stays, being as good as sent.
        waiting.splice(isWriting ? 1 : 0, 1)
        dropped += 1
      }
      pump()
    },
    async close() {
      if (isUp && waiting.length > 0) await waitFor((done) => (whenSent = done))
      isClosed = true
      clearTimeout(retryTimer)
      // `end` lets what is under way leave; a connection that stands still is not waited for.
      if (isUp) await waitFor((done) => socket?.end(done))
      socket?.destroy()
    },
  }
}

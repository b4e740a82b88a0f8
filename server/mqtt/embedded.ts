import type { Socket } from 'node:net'
import { setImmediate as yieldToOthers } from 'node:timers/promises'
import { Aedes, type AuthenticateError, type Client } from 'aedes'
import type { Logger } from 'pino'
import type { DeviceId } from '#protocol/ids.ts'
import { limits as protocolLimits } from '#protocol/limits.ts'
import { parseTopic } from '#protocol/topics.ts'
import type { Clock } from '#server/clock.ts'
import type { SecurityCode } from '#server/security/codes.ts'
import type { SecurityEvents } from '#server/security/events.ts'
import { type AdmissionLimits, createAdmission, type Visit } from './admission.ts'
import { openListeners, type TlsFiles } from './embedded-listeners.ts'
import { type Breach, createPeer, type Peer, type PeerLimits, writeAndDrain } from './embedded-peer.ts'
import { makePublishFrame, type PublishFrame } from './frames.ts'
import type { AcceptUplink, DeviceLink } from './link.ts'
import { LinkError } from './link-error.ts'
import { type Refusal, readCredential, refusePublish, refuseSession, refuseSubscribe } from './rules.ts'

export interface BrokerLimits extends PeerLimits, AdmissionLimits {
  readonly maxConnections: number
  /** How long a connection may take until its credential was good. */
  readonly authenticationDeadlineMs: number
  readonly maxKeepaliveS: number
  readonly maxSubscriptions: number
  /** How long a message to one device may wait for that device's connection to drain. */
  readonly deliveryTimeoutMs: number
}

/** Generous for a device that does its work, narrow for one that does not: a clip is asked for in a few hundred packets. */
export const defaultBrokerLimits: BrokerLimits = {
  maxConnections: 20_000,
  maxUnauthenticated: 2_000,
  maxUnauthenticatedPerAddress: 500,
  maxConnectionsPerAddress: 2_000,
  arrivals: { perSecond: 100, burst: 2_000 },
  sessions: { perSecond: 0.2, burst: 100 },
  authenticationDeadlineMs: 10_000,
  maxKeepaliveS: 300,
  maxSubscriptions: 64,
  maxFirstPacketBytes: 16_384,
  maxPacketBytes: protocolLimits.maxPayloadBytes + 1_024,
  packets: { perSecond: 300, burst: 3_000 },
  bytes: { perSecond: 2 * 1_048_576, burst: 16 * 1_048_576 },
  maxQueuedBytes: 4 * 1_048_576,
  stallTimeoutMs: 60_000,
  deliveryTimeoutMs: 60_000,
}

export interface EmbeddedBrokerOptions {
  /** Plain MQTT; port 0 takes a free one. Only for this machine unless the operator allows others. */
  readonly plain: { readonly host: string; readonly port: number; readonly allowsRemote?: boolean }
  /** MQTT over TLS, when there is a certificate. */
  readonly tls?: { readonly host: string; readonly port: number } & TlsFiles
  /** Is this the secret of the device's installation in force? Rejects when it cannot tell. */
  verifyDevice(id: DeviceId, secret: string): Promise<boolean>
  readonly log: Logger
  readonly security: SecurityEvents
  readonly clock: Clock
  readonly limits?: Partial<BrokerLimits>
}

/** The broker inside the server. It hears nobody before `listen`. */
export interface EmbeddedBroker extends DeviceLink {
  /** Opens the ports; every uplink goes to `accept`. */
  listen(accept: AcceptUplink): Promise<{ port: number; tlsPort: number | undefined }>
  /** Devices connected now. */
  connectedDevices(): number
  /** Another certificate for the TLS port, from the next connection on. */
  useCertificate(files: TlsFiles): void
}

/** Lines break, and devices lose power: the system's errors, and what aedes says of a silent connection. */
const isOrdinaryEnd = (error: Error): boolean =>
  'code' in error || error.message === 'keep alive timeout' || error.message === 'connection closed'

/** A common topic is written to so many devices before others get their turn. */
const FAN_OUT_CHUNK = 500
/** aedes' own guard, for the few bytes that it writes itself; ours (`stallTimeoutMs`) watches the whole connection. */
const AEDES_DRAIN_TIMEOUT_MS = 300_000

/**
 * aedes does the handshake, the parsing and the subscriptions. What the server sends is written to the devices'
 * connections directly: each device has its own queue and its own limit, so that a frozen one stalls nobody (aedes' own
 * delivery waits for the slowest subscriber), and a sender learns when its bytes have left.
 */
export async function openEmbeddedBroker(options: EmbeddedBrokerOptions): Promise<EmbeddedBroker> {
  const { log, clock } = options
  const limits: BrokerLimits = { ...defaultBrokerLimits, ...options.limits }
  const peerOf = new WeakMap<Client, Peer>()
  const peers = new Map<Peer, Visit>()
  const admission = createAdmission(limits)
  const devices = new Map<DeviceId, Peer>()
  /** Readers of topics that are not one device's own: alerts of an area, live speech. */
  const readers = new Map<string, Set<Peer>>()
  let accept: AcceptUplink | undefined

  function report(code: SecurityCode, peer: Peer, detail: string): void {
    peer.isRefused = true
    const { deviceId, address } = peer
    const who = peer.isProven ? { deviceId } : { claimedId: deviceId }
    options.security.report(code, { ...who, address, detail })
  }

  const broker = await Aedes.createBroker({
    concurrency: 0,
    connectTimeout: limits.authenticationDeadlineMs,
    drainTimeout: AEDES_DRAIN_TIMEOUT_MS,
    maxClientsIdLength: 64,
    preConnect: (client, packet, done) => {
      const peer = peerOf.get(client)
      if (peer === undefined) return done(null, false)
      const { clientId, clean, keepalive, will } = packet
      peer.request = {
        clientId,
        clean,
        keepaliveS: keepalive,
        will: will && { topic: will.topic, qos: will.qos ?? 0, retain: will.retain ?? false },
      }
      return done(null, true)
    },
    authenticate: (client, userName, password, done) => {
      const peer = peerOf.get(client)
      if (peer === undefined) return done(null, false)
      checkCredential(peer, peer.request?.clientId ?? client.id, userName, password).then(
        (refusal) => {
          if (refusal === undefined) {
            peer.isAuthenticated = true
            peers.get(peer)?.known()
            return done(null, true)
          }
          if (refusal.event === undefined) peer.isRefused = true
          else report(refusal.event, peer, refusal.detail)
          const error: AuthenticateError = Object.assign(new Error(refusal.detail), { returnCode: refusal.returnCode })
          return done(error, null)
        },
        (error: unknown) => {
          log.error({ err: error, deviceId: peer.deviceId }, 'a credential could not be checked')
          done(Object.assign(new Error('server unavailable'), { returnCode: 3 as const }), null)
        },
      )
    },
    authorizePublish: (client, packet, done) => {
      const peer = client === null ? undefined : peerOf.get(client)
      if (peer?.deviceId === undefined || !peer.isAuthenticated) return done(new Error('not authenticated'))
      const refusal = refusePublish(peer.deviceId, packet.topic, packet.qos, packet.retain)
      if (refusal !== undefined) {
        report('mqtt-publish-refused', peer, refusal)
        return done(new Error(refusal))
      }
      // Nobody but the server reads `state`, and it keeps what it read: nothing needs retaining here.
      packet.retain = false
      done()
    },
    authorizeSubscribe: (client, subscription, done) => {
      const peer = peerOf.get(client)
      if (peer?.deviceId === undefined || !peer.isAuthenticated) return done(new Error('not authenticated'))
      const others = peer.subscriptions.size - (peer.subscriptions.has(subscription.topic) ? 1 : 0)
      const refusal = refuseSubscribe(peer.deviceId, subscription.topic, others, limits.maxSubscriptions)
      if (refusal !== undefined) {
        report('mqtt-subscribe-refused', peer, refusal)
        return done(new Error(refusal))
      }
      const qos = subscription.qos === 0 ? 0 : 1
      peer.subscriptions.set(subscription.topic, qos)
      done(null, { ...subscription, qos })
    },
  })

  async function checkCredential(
    peer: Peer,
    clientId: string,
    userName: string | undefined,
    password: Buffer | undefined,
  ): Promise<Refusal | undefined> {
    const credential = readCredential(clientId, userName, password)
    if (!credential.ok) return credential.refusal
    // Known from here on, so that a revocation in this instant ends this connection too.
    peer.deviceId = credential.id
    if (!(await options.verifyDevice(credential.id, credential.secret)))
      return { event: 'mqtt-authentication-failed', detail: 'wrong secret, or revoked', returnCode: 4 }
    peer.isProven = true
    if (peer.request === undefined || peer.socket.destroyed)
      return { event: undefined, detail: 'gone while it was checked', returnCode: 3 }
    const refusal = refuseSession(credential.id, peer.request, limits.maxKeepaliveS)
    if (refusal !== undefined) return refusal
    const allowance = admission.begin(credential.id, clock.monotonicMs())
    if (allowance === undefined) return { event: 'mqtt-flood', detail: 'one session after another', returnCode: 3 }
    peer.allowance = allowance
    return undefined
  }

  function admit(socket: Socket): Visit | undefined {
    const address = socket.remoteAddress ?? 'unknown'
    const admitted = admission.arrive(address, clock.monotonicMs())
    if (admitted.ok) return admitted.visit
    options.security.report('mqtt-too-many-connections', { address, detail: admitted.reason })
    socket.destroy()
    return undefined
  }

  function serve(peer: Peer, visit: Visit): void {
    const deadline = setTimeout(() => {
      if (peer.isAuthenticated) return
      report('mqtt-authentication-failed', peer, `no credential within ${limits.authenticationDeadlineMs} ms`)
      peer.cut()
    }, limits.authenticationDeadlineMs)
    const client = broker.handle(peer.socket)
    peerOf.set(client, peer)
    peers.set(peer, visit)
    peer.socket.once('close', () => {
      clearTimeout(deadline)
      visit.leave()
      if (peer.deviceId !== undefined && devices.get(peer.deviceId) === peer) devices.delete(peer.deviceId)
      for (const topic of peer.subscriptions.keys()) removeReader(topic, peer)
      peer.subscriptions.clear()
      peers.delete(peer)
    })
  }

  function removeReader(topic: string, peer: Peer): void {
    const set = readers.get(topic)
    set?.delete(peer)
    if (set?.size === 0) readers.delete(topic)
  }

  broker.on('client', (client) => {
    const peer = peerOf.get(client)
    if (peer?.deviceId !== undefined && !peer.socket.destroyed) devices.set(peer.deviceId, peer)
  })
  broker.on('subscribe', (subscriptions, client) => {
    const peer = peerOf.get(client)
    if (peer === undefined || peer.socket.destroyed) return
    for (const { topic } of subscriptions) {
      if (parseTopic(topic)?.scope === 'device') continue
      const set = readers.get(topic) ?? new Set()
      readers.set(topic, set.add(peer))
    }
  })
  broker.on('unsubscribe', (topics, client) => {
    const peer = peerOf.get(client)
    if (peer === undefined) return
    for (const topic of topics) {
      peer.subscriptions.delete(topic)
      removeReader(topic, peer)
    }
  })
  broker.on('publish', (packet, client) => {
    if (client === null) return
    accept?.(packet.topic, typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload)
  })
  const logError = (client: Client, error: Error): void => {
    const peer = peerOf.get(client)
    if (peer === undefined || peer.isRefused || isOrdinaryEnd(error))
      log.debug({ err: error, deviceId: peer?.deviceId }, 'a device connection ended with an error')
    else report('mqtt-flood', peer, `not the MQTT of this broker: ${error.message}`)
  }
  broker.on('clientError', logError)
  broker.on('connectionError', logError)

  const ports = openListeners({
    plain: { allowsRemote: false, ...options.plain },
    tls: options.tls,
    maxConnections: limits.maxConnections,
    log,
    security: options.security,
    admit,
    onSocket(socket, visit) {
      const onBreach = (peer: Peer, breach: Breach): void => {
        report(breach === 'stalled' ? 'mqtt-stalled' : 'mqtt-flood', peer, breach)
        peer.cut()
      }
      serve(createPeer(socket, limits, clock, onBreach), visit)
    },
  })

  /** Writes to everybody who reads the topic now. Who has too much unsent is cut: it gets what is in force in its next welcome. */
  async function publishToReaders(topic: string, payload: Uint8Array, qos: 0 | 1): Promise<void> {
    const frames = [makePublishFrame(topic, payload, 0), makePublishFrame(topic, payload, 1)] as const
    let written = 0
    for (const peer of [...(readers.get(topic) ?? [])]) {
      const granted = qos === 0 ? 0 : (peer.subscriptions.get(topic) ?? 0)
      const frame: PublishFrame = frames[granted]
      if (peer.write(frame, granted, () => {}) === 'overloaded') {
        report('mqtt-stalled', peer, `${peer.socket.writableLength} bytes unsent`)
        peer.cut()
      }
      written += 1
      if (written % FAN_OUT_CHUNK === 0) await yieldToOthers()
    }
  }

  return {
    async listen(handler) {
      accept = handler
      return await ports.listen()
    },
    async publish(topic, payload, { qos }) {
      if (broker.closed) throw new LinkError('link-down', 'the broker is closed')
      const parsed = parseTopic(topic)
      if (parsed?.scope !== 'device') return await publishToReaders(topic, payload, qos)
      const peer = devices.get(parsed.deviceId)
      const granted = peer?.subscriptions.get(topic)
      if (peer === undefined || granted === undefined) throw new LinkError('not-connected', parsed.deviceId)
      const effective = qos === 0 ? 0 : granted
      await writeAndDrain(peer, makePublishFrame(topic, payload, effective), effective, limits.deliveryTimeoutMs)
    },
    async disconnect(id) {
      for (const peer of [...peers.keys()].filter((one) => one.deviceId === id)) peer.cut()
    },
    isUp: () => !broker.closed && accept !== undefined,
    connectedDevices: () => devices.size,
    useCertificate: (files) => ports.useCertificate(files),
    async close() {
      const closing = ports.close()
      for (const peer of peers.keys()) peer.cut()
      await new Promise<void>((resolve) => broker.close(resolve))
      await closing
    },
  }
}

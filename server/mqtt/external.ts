import { randomBytes } from 'node:crypto'
import { connect, type MqttClient } from 'mqtt'
import type { Logger } from 'pino'
import { limits } from '#protocol/limits.ts'
import { everyDevice, type Uplink, uplinks } from '#protocol/topics.ts'
import type { SecurityEvents } from '#server/security/events.ts'
import { controlRequest, controlResponse, createDynamicSecurity, type DynamicSecurity } from './dynamic-security.ts'
import { type AcceptUplink, type BrokerAccounts, type DeviceLink, noBrokerAccounts } from './link.ts'
import { LinkError } from './link-error.ts'

export interface ExternalBrokerOptions {
  readonly broker: {
    readonly protocol: 'mqtt' | 'mqtts'
    readonly host: string
    readonly port: number
    readonly userName: string
    readonly password: string
    /** Trusted instead of the system's authorities. */
    readonly caPem?: string
  }
  /** Who makes the devices' accounts: we, through mosquitto's plugin, or somebody else. */
  readonly accounts: 'dynamic-security' | 'none'
  readonly log: Logger
  readonly security: SecurityEvents
  readonly publishTimeoutMs?: number
  /** The connection stands, for the first time or again. */
  readonly onUp?: () => void
}

/** The connection to a broker beside the server: mosquitto, or any other of MQTT 3.1.1. */
export interface ExternalLink extends DeviceLink {
  readonly accounts: BrokerAccounts
  /** Begins to connect, and keeps at it for ever. Resolves when it is up for the first time, or after `waitMs`. */
  connect(accept: AcceptUplink, waitMs?: number): Promise<void>
}

const PUBLISH_TIMEOUT_MS = 15_000
const RECONNECT_MS = 1_000
const PREPARE_AGAIN_MS = 5_000
const KEEPALIVE_S = 30
const FIRST_CONNECTION_WAIT_MS = 5_000
/** Requests for blocks are repeated by the device; everything else must not be lost by the broker. */
const qosOf = (kind: Uplink): 0 | 1 => (kind === 'clip-get' ? 0 : 1)

/**
 * One MQTT connection for all devices. Subscribing brings the retained states, so that a restarted server learns who is
 * there. Nothing is queued while the broker is away: what is lost is asked for again, or repaired by a tick. What was under
 * way when it went counts as lost, and may yet arrive.
 */
export function openExternalLink(options: ExternalBrokerOptions): ExternalLink {
  const { log, broker } = options
  const publishTimeoutMs = options.publishTimeoutMs ?? PUBLISH_TIMEOUT_MS
  let client: MqttClient | undefined
  let isReady = false
  let whenReady: (() => void)[] = []
  let prepareTimer: NodeJS.Timeout | undefined
  /** Gives up the messages that were handed over and not taken yet. */
  const underWay = new Set<() => void>()

  async function send(topic: string, payload: Uint8Array, qos: 0 | 1, retain: boolean): Promise<void> {
    const current = client
    if (current?.connected !== true) throw new LinkError('link-down', 'no connection to the broker')
    const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
    await new Promise<void>((resolve, reject) => {
      const giveUp = (error: LinkError): void => {
        clearTimeout(timer)
        underWay.delete(lose)
        reject(error)
      }
      // The broker may be gone before the connection is seen to have ended: nobody waits for an answer of it then.
      const lose = (): void =>
        giveUp(new LinkError('link-down', `the connection ended before the broker took ${topic}`))
      const timer = setTimeout(
        () => giveUp(new LinkError('timeout', `the broker did not take ${topic}`)),
        publishTimeoutMs,
      )
      underWay.add(lose)
      current.publish(topic, bytes, { qos, retain }, (error) => {
        if (error) return giveUp(new LinkError('link-down', error.message))
        clearTimeout(timer)
        underWay.delete(lose)
        resolve()
      })
    })
  }

  const security: DynamicSecurity | undefined =
    options.accounts === 'none'
      ? undefined
      : createDynamicSecurity({
          userName: broker.userName,
          log,
          timeoutMs: publishTimeoutMs,
          send: (payload) => send(controlRequest, payload, 1, false),
        })

  /** Rights first, then what all devices say. Tried again as long as the connection stands. */
  async function prepare(current: MqttClient): Promise<void> {
    clearTimeout(prepareTimer)
    try {
      if (security !== undefined) {
        await current.subscribeAsync(controlResponse, { qos: 1 })
        await security.prepare()
      }
      await current.subscribeAsync(Object.fromEntries(uplinks.map((kind) => [everyDevice(kind), { qos: qosOf(kind) }])))
      isReady = true
      log.info({ host: broker.host, port: broker.port }, 'connected to the broker')
      for (const resolve of whenReady) resolve()
      whenReady = []
      options.onUp?.()
    } catch (error) {
      if (!current.connected) return
      log.error({ err: error }, 'the broker does not let the server work; check its account there')
      prepareTimer = setTimeout(() => void prepare(current), PREPARE_AGAIN_MS)
    }
  }

  return {
    accounts: security ?? noBrokerAccounts,
    async connect(accept, waitMs = FIRST_CONNECTION_WAIT_MS) {
      const current = connect({
        protocol: broker.protocol,
        host: broker.host,
        port: broker.port,
        username: broker.userName,
        password: broker.password,
        ...(broker.caPem === undefined ? {} : { ca: broker.caPem }),
        clientId: `loaxa-server-${randomBytes(6).toString('hex')}`,
        protocolVersion: 4,
        clean: true,
        resubscribe: false,
        queueQoSZero: false,
        keepalive: KEEPALIVE_S,
        reconnectPeriod: RECONNECT_MS,
      })
      client = current
      current.on('connect', () => void prepare(current))
      current.on('message', (topic, payload) => {
        if (topic === controlResponse) security?.receive(payload)
        else if (payload.byteLength > limits.maxPayloadBytes)
          options.security.report('mqtt-flood', { detail: `${payload.byteLength} bytes on ${topic}` })
        else accept(topic, payload)
      })
      current.on('close', () => {
        if (isReady) log.warn({ host: broker.host }, 'the connection to the broker is lost; trying again')
        isReady = false
        clearTimeout(prepareTimer)
        security?.abandon()
        for (const lose of [...underWay]) lose()
      })
      current.on('error', (error) => log.error({ err: error }, 'the broker refused the server, or cannot be reached'))
      await new Promise<void>((resolve) => {
        const timer = setTimeout(() => {
          log.error({ host: broker.host, port: broker.port }, 'no broker yet: devices hear nothing until it answers')
          resolve()
        }, waitMs)
        whenReady.push(() => {
          clearTimeout(timer)
          resolve()
        })
      })
    },
    publish: (topic, payload, { qos, retain }) => send(topic, payload, qos, retain ?? false),
    async disconnect(id) {
      if (security === undefined)
        log.warn({ deviceId: id }, 'this broker’s accounts are managed elsewhere: revoke it there')
      else await security.kick(id)
    },
    isUp: () => isReady && client?.connected === true,
    async close() {
      clearTimeout(prepareTimer)
      security?.abandon()
      await client?.endAsync(true)
    },
  }
}

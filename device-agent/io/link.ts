import { MqttClient } from 'mqtt'
import type { Clock } from '#agent/clock.ts'
import { type AreaId, type ConnectionId, connectionId, type DeviceId, newId } from '#protocol/ids.ts'
import { limits } from '#protocol/limits.ts'
import { alertTopic, deviceTopic, downlinks } from '#protocol/topics.ts'
import type { Log } from './log.ts'
import { openSocket, parseBrokerUrl } from './socket.ts'

const KEEPALIVE_S = 30
const CONNACK_TIMEOUT_MS = 20_000
const FIRST_RETRY_MS = 1_000
/** An emergency may wait this long after the network is back, so it is as short as a fleet that comes back at once allows. */
const LONGEST_RETRY_MS = 30_000
/** A connection that ends sooner counts as a failed attempt: two devices with one name must not fight every second. */
const STABLE_MS = 20_000
const GOODBYE_MS = 2_000

export type LinkHandlers = {
  /** Connected and subscribed. */
  readonly onUp: (connection: ConnectionId) => void
  readonly onDown: () => void
  readonly onMessage: (topic: string, payload: Buffer) => void
}

/** The device's one connection to its broker: kept up for ever, each time with a clean session. */
export interface Link {
  start(): void
  isUp(): boolean
  /** Resolves when the broker has taken it over (QoS 1) or it was handed to the socket (QoS 0); rejects when the link is down. */
  publish(topic: string, payload: Uint8Array, options: { qos: 0 | 1; retain?: boolean }): Promise<void>
  /** Which areas' alerts to hear from now on. */
  setAreas(areas: readonly AreaId[]): Promise<void>
  /** Ends the connection politely: the last will is not published. */
  stop(): Promise<void>
}

/**
 * Doubles up to half a minute, each time somewhere in the upper half of that, so that a province does not come back as one:
 * 10,000 devices that all try in vain come to some 450 attempts a second.
 */
export function retryDelayMs(attempt: number, random: number): number {
  return Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(attempt, 10)) * (0.5 + random / 2)
}

export function createLink(options: {
  readonly deviceId: DeviceId
  readonly secret: string
  readonly mqtt: { readonly url: string; readonly caPem: string | null }
  readonly clock: Clock
  readonly random: () => number
  readonly isClockTrusted: () => boolean
  readonly makeWill: (connection: ConnectionId) => Buffer
  readonly handlers: LinkHandlers
  readonly log: Log
}): Link {
  const { deviceId, clock, handlers, log } = options
  const address = parseBrokerUrl(options.mqtt.url)
  const stateTopic = deviceTopic(deviceId, 'state')
  let client: MqttClient | undefined
  let isSubscribed = false
  let isStopped = false
  let attempt = 0
  let cancelRetry = (): void => {}
  let cancelStable = (): void => {}
  let areas: readonly AreaId[] = []
  let lastProblem = ''

  function retry(problem: string): void {
    if (isStopped) return
    // The same problem is told once, not every minute of a week without signal.
    if (problem !== lastProblem) log.warn('no connection to the broker', { problem })
    lastProblem = problem
    const delayMs = retryDelayMs(attempt, options.random())
    attempt += 1
    cancelRetry()
    cancelRetry = clock.after(delayMs, () => {
      connect().catch((cause: unknown) => retry(cause instanceof Error ? cause.message : String(cause)))
    })
  }

  async function connect(): Promise<void> {
    const socket = await openSocket(address, { caPem: options.mqtt.caPem, isClockTrusted: options.isClockTrusted() })
    if (isStopped) {
      socket.destroy()
      return
    }
    socket.setNoDelay(true)
    const connection = connectionId.parse(newId(clock.now()))
    const mqtt = new MqttClient(() => socket, {
      protocolVersion: 4,
      clientId: deviceId,
      username: deviceId,
      password: options.secret,
      clean: true,
      keepalive: KEEPALIVE_S,
      reconnectPeriod: 0,
      connectTimeout: CONNACK_TIMEOUT_MS,
      queueQoSZero: false,
      resubscribe: false,
      will: { topic: stateTopic, payload: options.makeWill(connection), qos: 1, retain: true },
    })
    client = mqtt
    mqtt.setMaxListeners(100)
    let problem = 'connection closed'
    mqtt.on('error', (cause) => {
      problem = cause.message
    })
    mqtt.on('connect', () => {
      subscribeAll(mqtt)
        .then(() => {
          if (client !== mqtt || !mqtt.connected) return
          isSubscribed = true
          cancelStable = clock.after(STABLE_MS, () => {
            attempt = 0
          })
          lastProblem = ''
          log.info('connected to the broker', { host: address.host, port: address.port })
          handlers.onUp(connection)
        })
        .catch((cause: unknown) => {
          problem = cause instanceof Error ? cause.message : String(cause)
          mqtt.end(true)
        })
    })
    mqtt.on('message', (topic, payload) => {
      if (payload.byteLength <= limits.maxPayloadBytes) handlers.onMessage(topic, payload)
      else log.warn('message too large, dropped', { topic, bytes: payload.byteLength })
    })
    mqtt.on('close', () => {
      if (client !== mqtt) return
      client = undefined
      cancelStable()
      const wasUp = isSubscribed
      isSubscribed = false
      mqtt.end(true)
      if (wasUp) handlers.onDown()
      retry(problem)
    })
  }

  async function subscribeAll(mqtt: MqttClient): Promise<void> {
    // A block that is lost is asked for again; everything else is worth an acknowledgement.
    const own = downlinks.map((kind) => [deviceTopic(deviceId, kind), { qos: kind === 'clip' ? 0 : 1 }] as const)
    const alerts = areas.map((area) => [alertTopic(area), { qos: 1 }] as const)
    const granted = await mqtt.subscribeAsync(Object.fromEntries([...own, ...alerts]))
    const refused = granted.find((each) => each.qos === 128)
    if (refused !== undefined) throw new Error(`the broker refused the subscription to ${refused.topic}`)
  }

  return {
    start() {
      connect().catch((cause: unknown) => retry(cause instanceof Error ? cause.message : String(cause)))
    },
    isUp: () => isSubscribed && client?.connected === true,

    async publish(topic, payload, { qos, retain = false }) {
      const mqtt = client
      if (mqtt === undefined || !isSubscribed) throw new Error('the link is down')
      const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
      await new Promise<void>((resolve, reject) => {
        // MQTT.js forgets the callback of a message in flight when the connection closes.
        const onClose = (): void => reject(new Error('the link went down'))
        mqtt.once('close', onClose)
        mqtt.publish(topic, bytes, { qos, retain }, (cause) => {
          mqtt.off('close', onClose)
          if (cause === undefined || cause === null) resolve()
          else reject(cause)
        })
      })
    },

    async setAreas(wanted) {
      const gone = areas.filter((area) => !wanted.includes(area))
      const fresh = wanted.filter((area) => !areas.includes(area))
      areas = wanted
      const mqtt = client
      if (mqtt === undefined || !mqtt.connected) return
      try {
        if (fresh.length > 0) await mqtt.subscribeAsync(fresh.map(alertTopic), { qos: 1 })
        if (gone.length > 0) await mqtt.unsubscribeAsync(gone.map(alertTopic))
      } catch (cause) {
        // A new connection subscribes to all of them.
        log.warn('areas could not be subscribed to', { cause })
        mqtt.end(true)
      }
    },

    async stop() {
      isStopped = true
      cancelRetry()
      cancelStable()
      const mqtt = client
      client = undefined
      isSubscribed = false
      if (mqtt === undefined) return
      // A broker that does not answer must not keep the agent from ending.
      await new Promise<void>((resolve, reject) => {
        const cancel = clock.after(GOODBYE_MS, () => {
          mqtt.stream.destroy()
          resolve()
        })
        mqtt
          .endAsync()
          .finally(cancel)
          .then(() => resolve(), reject)
      })
    },
  }
}

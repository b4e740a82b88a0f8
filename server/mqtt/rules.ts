import { type DeviceId, deviceId } from '#protocol/ids.ts'
import { mayPublish, maySubscribe, parseTopic } from '#protocol/topics.ts'

/** What a device asks for when it connects. */
export interface ConnectRequest {
  /** As it was sent: for an empty one the broker makes one up. */
  readonly clientId: string
  readonly clean: boolean | undefined
  readonly keepaliveS: number | undefined
  readonly will: { readonly topic: string; readonly qos: number; readonly retain: boolean } | undefined
}

/** Codes of server/security/codes.ts. */
type RefusalCode = 'mqtt-authentication-failed' | 'mqtt-client-id-refused' | 'mqtt-session-refused' | 'mqtt-flood'

/** A refusal as it is reported (undefined: no news), what was tried, and the CONNACK code (MQTT 3.1.1 §3.2.2.3). */
export interface Refusal {
  readonly event: RefusalCode | undefined
  readonly detail: string
  readonly returnCode: 3 | 4 | 5
}

const MAX_SECRET_BYTES = 200

const isStateTopic = (topic: string): boolean => {
  const parsed = parseTopic(topic)
  return parsed?.scope === 'device' && parsed.kind === 'state'
}

/** Why a device may not publish this; undefined when it may. QoS 2 is no part of the protocol, and only `state` may be retained. */
export function refusePublish(id: DeviceId, topic: string, qos: number, retain: boolean): string | undefined {
  if (!mayPublish(id, topic)) return `topic ${topic.slice(0, 200)}`
  if (qos > 1) return 'QoS 2'
  if (retain && !isStateTopic(topic)) return `retained ${topic}`
  return undefined
}

/** Why a device may not subscribe to this; undefined when it may. `others`: its subscriptions so far. */
export function refuseSubscribe(
  id: DeviceId,
  filter: string,
  others: number,
  maxSubscriptions: number,
): string | undefined {
  if (!maySubscribe(id, filter)) return `filter ${filter.slice(0, 200)}`
  return others >= maxSubscriptions ? `more than ${maxSubscriptions} subscriptions` : undefined
}

/**
 * The device that a credential names: user name = client id = device id, so that no credential can take over another
 * device's connection by its client id ([MQTT-3.1.4-2]).
 */
export function readCredential(
  clientId: string,
  userName: string | undefined,
  password: Buffer | undefined,
): { ok: true; id: DeviceId; secret: string } | { ok: false; refusal: Refusal } {
  const refuse = (event: RefusalCode, detail: string) => ({
    ok: false as const,
    refusal: { event, detail, returnCode: 4 as const },
  })
  const id = deviceId.safeParse(userName)
  if (!id.success || password === undefined || password.byteLength > MAX_SECRET_BYTES)
    return refuse('mqtt-authentication-failed', 'no credential of a device')
  // A program that was set up badly; who is after another's session names it.
  if (clientId === '') return refuse('mqtt-session-refused', `user ${id.data} without a client id`)
  if (clientId !== id.data)
    return refuse('mqtt-client-id-refused', `user ${id.data} as client ${clientId.slice(0, 80)}`)
  return { ok: true, id: id.data, secret: password.toString('utf8') }
}

/** Why this session is refused to a device whose credential is good; undefined when it is not. */
export function refuseSession(id: DeviceId, request: ConnectRequest, maxKeepaliveS: number): Refusal | undefined {
  const refuse = (detail: string): Refusal => ({ event: 'mqtt-session-refused', detail, returnCode: 5 })
  if (request.clean !== true) return refuse('a session that is kept')
  if (!request.keepaliveS || request.keepaliveS > maxKeepaliveS)
    return refuse(`keepalive of ${request.keepaliveS ?? 0} s`)
  const { will } = request
  if (will === undefined) return undefined
  const detail = isStateTopic(will.topic) ? refusePublish(id, will.topic, will.qos, will.retain) : `topic ${will.topic}`
  return detail === undefined ? undefined : refuse(`will: ${detail}`)
}

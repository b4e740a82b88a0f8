import { type AreaId, areaId, type DeviceId, deviceId } from './ids.ts'

/**
 * The topics of protocol v1 (MQTT 3.1.1). A device publishes only below its own id and reads its own topics, any
 * area's alerts and live sessions: a rule that every broker can express with patterns.
 */
const ROOT = 'loaxa/v1'

/** What a device publishes. */
export const uplinks = ['hello', 'state', 'ledger', 'clips', 'clip-get'] as const
/** What the server publishes to one device. */
export const downlinks = ['welcome', 'target', 'command', 'clip', 'ledger-ack'] as const
export type Uplink = (typeof uplinks)[number]
export type Downlink = (typeof downlinks)[number]

export const deviceTopic = (id: DeviceId, kind: Uplink | Downlink): string => `${ROOT}/device/${id}/${kind}`
export const alertTopic = (id: AreaId): string => `${ROOT}/area/${id}/alert`
/** What the server subscribes to: one kind of message from every device. */
export const everyDevice = (kind: Uplink): string => `${ROOT}/device/+/${kind}`

export type ParsedTopic =
  | { scope: 'device'; deviceId: DeviceId; kind: Uplink | Downlink }
  | { scope: 'area'; areaId: AreaId; kind: 'alert' }
  | { scope: 'live'; session: string }

const kinds: readonly string[] = [...uplinks, ...downlinks]
const isKind = (kind: string): kind is Uplink | Downlink => kinds.includes(kind)

/** What a concrete topic (no wildcard) names; undefined when it is none of ours. */
export function parseTopic(topic: string): ParsedTopic | undefined {
  const [root, version, scope, id = '', kind = '', ...rest] = topic.split('/')
  if (`${root}/${version}` !== ROOT || rest.length > 0) return undefined
  if (scope === 'device' && isKind(kind)) {
    const parsed = deviceId.safeParse(id)
    return parsed.success ? { scope: 'device', deviceId: parsed.data, kind } : undefined
  }
  if (scope === 'area' && kind === 'alert') {
    const parsed = areaId.safeParse(id)
    return parsed.success ? { scope: 'area', areaId: parsed.data, kind: 'alert' } : undefined
  }
  if (scope === 'live' && kind === '' && /^[0-9a-f-]{36}$/.test(id)) return { scope: 'live', session: id }
  return undefined
}

/** May the device `id` publish to `topic`? Only its own uplinks. */
export function mayPublish(id: DeviceId, topic: string): boolean {
  const parsed = parseTopic(topic)
  return parsed?.scope === 'device' && parsed.deviceId === id && uplinks.some((kind) => kind === parsed.kind)
}

/** May the device `id` subscribe to `filter`? Its own downlinks, any one area's alerts, any one live session; no wildcard. */
export function maySubscribe(id: DeviceId, filter: string): boolean {
  const parsed = parseTopic(filter)
  if (parsed === undefined) return false
  return parsed.scope !== 'device' || (parsed.deviceId === id && downlinks.some((kind) => kind === parsed.kind))
}

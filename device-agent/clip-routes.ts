import type { ClipBlock } from '#protocol/clip.ts'
import { encodeJson } from '#protocol/codec.ts'
import type { TargetContent } from '#protocol/target.ts'
import { deviceTopic } from '#protocol/topics.ts'
import type { Clock } from './clock.ts'
import { createHttpTransport } from './io/clip-download-http.ts'
import { createMqttTransport } from './io/clip-download-mqtt.ts'
import type { Fetcher } from './io/fetcher.ts'
import type { Identity } from './io/identity.ts'
import type { Link } from './io/link.ts'

export interface ClipRoutes {
  /** A block that came over MQTT. */
  readonly deliver: (block: ClipBlock) => void
  /** Clips are fetched as the target says: over HTTP, over MQTT, or over MQTT where HTTP fails. Not at all while there is no link. */
  set(isUp: boolean): void
}

/** By which ways clips come. */
export function createClipRoutes(options: {
  readonly identity: Identity
  readonly link: () => Pick<Link, 'publish'>
  readonly fetcher: Pick<Fetcher, 'setTransports'>
  readonly clock: Clock
  readonly random: () => number
  /** What the target says; undefined before the first one. */
  readonly wanted: () => TargetContent['clips'] | undefined
}): ClipRoutes {
  const { identity, fetcher, clock, random } = options
  const { deviceId, secret } = identity
  const blocks = createMqttTransport({
    send: (request) => options.link().publish(deviceTopic(deviceId, 'clip-get'), encodeJson(request), { qos: 0 }),
    clock,
    random,
  })
  return {
    deliver: blocks.deliver,
    set(isUp) {
      const wanted = options.wanted() ?? { transport: 'mqtt', baseUrl: null }
      const http =
        wanted.baseUrl === null || wanted.transport === 'mqtt'
          ? []
          : [createHttpTransport({ baseUrl: wanted.baseUrl, deviceId, secret })]
      const mqtt = wanted.transport === 'http' && http.length > 0 ? [] : [blocks.fetch]
      fetcher.setTransports(isUp ? [...http, ...mqtt] : [])
    },
  }
}

import { pino } from 'pino'
import { z } from 'zod'
import { deviceId } from '#protocol/ids.ts'
import { deviceTopic } from '#protocol/topics.ts'
import { systemClock } from '#server/clock.ts'
import { openEmbeddedBroker } from '#server/mqtt/embedded.ts'
import { openExternalLink } from '#server/mqtt/external.ts'
import type { DeviceLink } from '#server/mqtt/link.ts'
import { createSecurityEvents } from '#server/security/events.ts'
import { handler, serveParent } from './child.ts'
import { makeStamped, nowNs } from './stamp.ts'

/** The server's side of the MQTT link alone in a process: the embedded broker, or a connection to an external one. */
const log = pino({ level: 'error' }, process.stderr)
const security = createSecurityEvents({ log, clock: systemClock })
const links: DeviceLink[] = []
const publishInput = z.object({ round: z.number(), bytes: z.number() })

function theLink(): DeviceLink {
  const [link] = links
  if (link === undefined) throw new Error('nothing is open')
  return link
}

serveParent({
  openEmbedded: handler(z.object({ secret: z.string() }), async ({ secret: expected }) => {
    const broker = await openEmbeddedBroker({
      plain: { host: '127.0.0.1', port: 0 },
      verifyDevice: async (_id, secret) => secret === expected,
      log,
      security,
      clock: systemClock,
      // The whole fleet comes from one machine here.
      limits: {
        maxConnectionsPerAddress: 20_000,
        maxUnauthenticatedPerAddress: 2_000,
        arrivals: { perSecond: 20_000, burst: 20_000 },
      },
    })
    links.push(broker)
    return await broker.listen(() => {})
  }),

  openExternal: handler(z.object({ host: z.string(), port: z.number() }), async ({ host, port }) => {
    const link = openExternalLink({
      broker: { protocol: 'mqtt', host, port, userName: 'bench', password: 'bench' },
      accounts: 'none',
      log,
      security,
    })
    links.push(link)
    await link.connect(() => {})
    return null
  }),

  publishCommon: handler(publishInput.extend({ topic: z.string() }), async ({ round, bytes, topic }) => {
    await theLink().publish(topic, makeStamped(round, nowNs(), bytes), { qos: 1 })
    return null
  }),

  publishEach: handler(publishInput.extend({ ids: z.array(deviceId) }), async ({ round, bytes, ids }) => {
    const link = theLink()
    const payload = makeStamped(round, nowNs(), bytes)
    await Promise.all(ids.map((id) => link.publish(deviceTopic(id, 'command'), payload, { qos: 1 })))
    return null
  }),
})

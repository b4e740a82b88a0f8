import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { encodeJson } from '#protocol/codec.ts'
import { connectionId, deviceId } from '#protocol/ids.ts'
import type { DeviceState } from '#protocol/link.ts'
import { instantMs } from '#protocol/time.ts'
import { deviceTopic } from '#protocol/topics.ts'
import { handler, serveParent } from './child.ts'
import { openSimulatedDevice, type SimulatedDevice } from './simulated-device.ts'
import { readStamp } from './stamp.ts'
import { quantile } from './statistics.ts'

/** Thousands of devices in this process; see swarm.ts. */
const connectInput = z.object({
  host: z.string(),
  port: z.number(),
  commonTopic: z.string(),
  devices: z.array(z.object({ id: z.string(), secret: z.string().optional(), topic: z.string() })),
  /** Says that it is online, as an agent does; a server sends targets to nobody else. */
  saysOnline: z.boolean().optional(),
  /** What comes is no stamped message: only counted, for `awaitArrivals`. */
  isUnstamped: z.boolean().optional(),
})
const arrivalsInput = z.object({ count: z.number(), sinceMs: z.number(), timeoutMs: z.number() })
const awaitInput = z.object({ round: z.number(), count: z.number(), timeoutMs: z.number() })

/** Connections being made at the same time: more only makes them wait for each other. */
const CONNECTING = 100
const SOURCE_ADDRESSES = 4
/** Beside the devices' sockets: the program's own files. */
const SPARE_FILES = 200

const latenciesOf = new Map<number, number[]>()
const waiting = new Map<number, () => void>()
const devices: SimulatedDevice[] = []
const lost: string[] = []

const listOf = (round: number): number[] => {
  const list = latenciesOf.get(round) ?? []
  latenciesOf.set(round, list)
  return list
}

/** Epoch ms of each unstamped message since they were last asked for. */
let arrivals: number[] = []
let onArrival = (): void => {}
let isUnstamped = false

function receive(payload: Buffer): void {
  if (isUnstamped) {
    arrivals.push(performance.timeOrigin + performance.now())
    onArrival()
    return
  }
  const { round, sinceMs } = readStamp(payload)
  listOf(round).push(sinceMs)
  waiting.get(round)?.()
}

const online = (): DeviceState => ({
  connectionId: connectionId.parse(randomUUID()),
  status: 'online',
  at: instantMs.parse(Date.now()),
  playing: null,
  volumePercent: 80,
  muted: false,
  health: null,
  alarms: [],
})

/** Node raises the soft limit to the hard one when it starts; beyond the hard one nothing helps but the administrator. */
async function requireFiles(count: number): Promise<void> {
  const limits = await readFile('/proc/self/limits', 'utf8')
  const soft = Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY)
  if (soft < count + SPARE_FILES)
    throw new Error(
      `${count} devices need ${count + SPARE_FILES} open files, and ${soft} are allowed: raise ulimit -n.`,
    )
}

serveParent({
  connect: handler(connectInput, async ({ host, port, commonTopic, devices: wanted, ...how }) => {
    isUnstamped = how.isUnstamped ?? false
    await requireFiles(wanted.length)
    const startedMs = performance.now()
    const queue = [...wanted.entries()]
    const connectOne = async (): Promise<void> => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const [index, { id, secret, topic }] = next
        const opened = await openSimulatedDevice({
          address: { host, port, localAddress: `127.0.0.${2 + (index % SOURCE_ADDRESSES)}` },
          id,
          ...(secret === undefined ? {} : { secret }),
          topics: [topic, commonTopic],
          onMessage: (_topic, payload) => receive(payload),
          onEnd: (reason) => lost.push(`${id}: ${reason}`),
        })
        devices.push(opened)
        if (how.saysOnline === true) opened.publish(deviceTopic(deviceId.parse(id), 'state'), encodeJson(online()), 1)
      }
    }
    await Promise.all(Array.from({ length: CONNECTING }, connectOne))
    return { elapsedMs: performance.now() - startedMs }
  }),

  /** Messages count from the first one on, whether or not somebody waits for them already. */
  awaitRound: handler(awaitInput, async ({ round, count, timeoutMs }) => {
    const latencies = listOf(round)
    await new Promise<void>((resolve, reject) => {
      const fail = (): void =>
        reject(
          new Error(`${latencies.length} of ${count} devices reached in ${timeoutMs} ms; lost: ${lost.slice(0, 3)}`),
        )
      const timer = setTimeout(fail, timeoutMs)
      const check = (): void => {
        if (latencies.length < count) return
        clearTimeout(timer)
        waiting.delete(round)
        resolve()
      }
      waiting.set(round, check)
      check()
    })
    latenciesOf.delete(round)
    return { p50Ms: quantile(latencies, 0.5), lastMs: Math.max(...latencies) }
  }),

  /** When `count` unstamped messages have come: how long after `sinceMs` (epoch) the median and the last one did. */
  awaitArrivals: handler(arrivalsInput, async ({ count, sinceMs, timeoutMs }) => {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`${arrivals.length} of ${count} in ${timeoutMs} ms; lost: ${lost.slice(0, 3)}`)),
        timeoutMs,
      )
      onArrival = () => {
        if (arrivals.length < count) return
        clearTimeout(timer)
        resolve()
      }
      onArrival()
    })
    const latencies = arrivals.map((atMs) => atMs - sinceMs)
    arrivals = []
    return { p50Ms: quantile(latencies, 0.5), lastMs: Math.max(...latencies) }
  }),

  close: async () => {
    for (const device of devices.splice(0)) device.close()
    return null
  },
})

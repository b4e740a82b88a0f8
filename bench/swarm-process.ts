import { readFile } from 'node:fs/promises'
import { z } from 'zod'
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
})
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

function receive(payload: Buffer): void {
  const { round, sinceMs } = readStamp(payload)
  listOf(round).push(sinceMs)
  waiting.get(round)?.()
}

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
  connect: handler(connectInput, async ({ host, port, commonTopic, devices: wanted }) => {
    await requireFiles(wanted.length)
    const startedMs = performance.now()
    const queue = [...wanted.entries()]
    const connectOne = async (): Promise<void> => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const [index, { id, secret, topic }] = next
        devices.push(
          await openSimulatedDevice({
            address: { host, port, localAddress: `127.0.0.${2 + (index % SOURCE_ADDRESSES)}` },
            id,
            ...(secret === undefined ? {} : { secret }),
            topics: [topic, commonTopic],
            onMessage: (_topic, payload) => receive(payload),
            onEnd: (reason) => lost.push(`${id}: ${reason}`),
          }),
        )
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

  close: async () => {
    for (const device of devices.splice(0)) device.close()
    return null
  },
})

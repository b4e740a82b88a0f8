import { z } from 'zod'
import { areaId, deviceId, newId } from '#protocol/ids.ts'
import { alertTopic, deviceTopic } from '#protocol/topics.ts'
import { runBenchmark } from './benchmark.ts'
import { type BenchChild, startChild } from './child.ts'
import { startBareMosquitto } from './mosquitto.ts'
import { readOptions } from './options.ts'
import { publishReport } from './report.ts'
import { connectSwarm, type Swarm } from './swarm.ts'
import { readRssMb } from './usage.ts'

/** How fast one message, and one message per device, reach thousands of devices: our broker beside mosquitto. */
const options = readOptions({ devices: 5_000, runs: 5, bytes: 500 })
const { devices, runs, bytes } = options
const commonTopic = alertTopic(areaId.parse(newId(Date.now())))
const ids = Array.from({ length: devices }, () => deviceId.parse(newId(Date.now())))
const secret = 'the same for all: the broker checks one all the same'
const answered = z.null()

interface Side {
  readonly publisher: BenchChild
  readonly swarm: Swarm
  /** Of the broker: with nobody, and with everybody connected. */
  readonly emptyMb: number
  readonly fullMb: number
  readonly common: { p50Ms: number; lastMs: number }[]
  readonly each: { p50Ms: number; lastMs: number }[]
}

async function openSide(
  where: { host: string; port: number },
  publisher: BenchChild,
  brokerPid: number,
): Promise<Side> {
  const emptyMb = await readRssMb(brokerPid)
  const members = ids.map((id) => ({ id, secret, topic: deviceTopic(id, 'command') }))
  const swarm = await connectSwarm({ ...where, commonTopic, members })
  return { publisher, swarm, emptyMb, fullMb: await readRssMb(brokerPid), common: [], each: [] }
}

let round = 0
async function measure(side: Side, name: 'publishCommon' | 'publishEach'): Promise<{ p50Ms: number; lastMs: number }> {
  round += 1
  const reached = side.swarm.awaitRound(round)
  await side.publisher.ask(name, { round, bytes, topic: commonTopic, ids }, answered)
  return await reached
}

await runBenchmark(async (onEnd) => {
  const embedded = await startChild('broker-process.ts')
  onEnd(embedded.stop)
  const { port } = await embedded.ask('openEmbedded', { secret }, z.object({ port: z.number() }))
  const ours = await openSide({ host: '127.0.0.1', port }, embedded, embedded.pid)
  onEnd(ours.swarm.stop)

  const mosquitto = await startBareMosquitto()
  onEnd(mosquitto.stop)
  const external = await startChild('broker-process.ts')
  onEnd(external.stop)
  await external.ask('openExternal', { host: mosquitto.host, port: mosquitto.port }, answered)
  const theirs = await openSide({ host: mosquitto.host, port: mosquitto.port }, external, mosquitto.pid)
  onEnd(theirs.swarm.stop)

  // The first round of each does not count: code is compiled and buffers grow.
  for (let run = 0; run <= runs; run++) {
    for (const side of run % 2 === 0 ? [ours, theirs] : [theirs, ours]) {
      const common = await measure(side, 'publishCommon')
      const each = await measure(side, 'publishEach')
      if (run === 0) continue
      side.common.push(common)
      side.each.push(each)
    }
  }
  const peak = { ours: await readRssMb(embedded.pid), theirs: await readRssMb(mosquitto.pid) }
  const perDeviceKb = (side: Side): number => ((side.fullMb - side.emptyMb) * 1_024) / devices
  await publishReport(
    {
      id: 'fan-out',
      title: `Fan-out to ${devices.toLocaleString('en-US')} devices (${bytes} bytes, QoS 1, ${runs} runs)`,
      ours: 'embedded',
      reference: 'mosquitto',
      rows: [
        row('one publish to all: last device reached', 'ms', ({ common }) => common.map((one) => one.lastMs)),
        row('one publish to all: median device', 'ms', ({ common }) => common.map((one) => one.p50Ms)),
        row('one publish per device: last reached', 'ms', ({ each }) => each.map((one) => one.lastMs)),
        row('one publish per device: median device', 'ms', ({ each }) => each.map((one) => one.p50Ms)),
        row('all connected and subscribed', 'ms', ({ swarm }) => [swarm.connectedMs]),
        { what: 'broker memory after all runs', unit: 'MB', ours: [peak.ours], reference: [peak.theirs] },
        row('growth by one connected device', 'KB', (side) => [perDeviceKb(side)]),
      ],
      notes: [
        'From the call of `publish` to the receipt by a device. The broker and the devices are separate processes that share the cores; the memory of the embedded one is that of a whole Node process. The reference is mosquitto without access rules, fed through the server’s own connection to an external broker; the embedded broker checks every secret and every topic.',
      ],
    },
    options.save,
  )

  function row(what: string, unit: string, read: (side: Side) => number[]) {
    return { what, unit, ours: read(ours), reference: read(theirs) }
  }
})

import { z } from 'zod'
import { areaId, deviceId, newId } from '#protocol/ids.ts'
import { alertTopic, deviceTopic } from '#protocol/topics.ts'
import { startServer } from '../test/support/server.ts'
import { runBenchmark } from './benchmark.ts'
import { startChild } from './child.ts'
import { openBenchDatabase } from './database.ts'
import { readOptions } from './options.ts'
import { makeProvince } from './province-world.ts'
import { publishReport } from './report.ts'
import { connectSwarm } from './swarm.ts'
import { readCpuMs, readPeakRssMb, resetPeakRss } from './usage.ts'

/** A change that concerns a whole province: from the request until the last device has its new target, on the built server. */
const options = readOptions({ devices: 10_000, communes: 100, broadcasts: 300, runs: 5 })
const { devices, communes, broadcasts, runs } = options
const TIMEOUT_MS = 120_000
/** About what the target of one of these devices takes, signed. */
const TARGET_BYTES = 5_000
const reached = z.object({ p50Ms: z.number(), lastMs: z.number() })

await runBenchmark(async (onEnd) => {
  const { url, owner } = await openBenchDatabase(onEnd)

  const server = await startServer({ env: { DATABASE_URL: url, MQTT_CONNECTIONS_PER_ADDRESS: String(devices) } })
  onEnd(server.stop)
  if (server.mqttUrl === null) throw new Error('the server has no broker of its own')
  const province = await makeProvince(server, owner, { devices, communes, broadcasts })

  const { hostname, port: mqttPort } = new URL(server.mqttUrl)
  const swarm = await startChild('swarm-process.ts')
  onEnd(swarm.stop)
  const members = province.devices.map(({ id, secret }) => ({
    id,
    secret,
    topic: deviceTopic(deviceId.parse(id), 'target'),
  }))
  const commonTopic = alertTopic(areaId.parse(newId(Date.now())))
  await swarm.ask(
    'connect',
    {
      host: hostname,
      port: Number(mqttPort),
      commonTopic,
      devices: members,
      saysOnline: true,
      isUnstamped: true,
    },
    z.unknown(),
  )
  const { pid } = server.process()
  const change = async (localTime: string) => {
    const sinceMs = performance.timeOrigin + performance.now()
    const startedCpuMs = await readCpuMs(pid)
    await resetPeakRss(pid)
    const arriving = swarm.ask('awaitArrivals', { count: devices, sinceMs, timeoutMs: TIMEOUT_MS }, reached)
    await province.changeTime(localTime)
    const answeredMs = performance.timeOrigin + performance.now() - sinceMs
    const { p50Ms, lastMs } = await arriving
    return { answeredMs, p50Ms, lastMs, cpuMs: (await readCpuMs(pid)) - startedCpuMs, peakMb: await readPeakRssMb(pid) }
  }
  // The first one compiles every device for the first time.
  const first = await change('05:30')
  const changes = []
  for (let run = 0; run < runs; run++) changes.push(await change(`06:${String(run + 10)}`))
  await swarm.stop()
  // The least that it could take: as many bytes to each device, neither worked out nor written nor signed.
  const broker = await startChild('broker-process.ts')
  onEnd(broker.stop)
  const { secret } = members[0] ?? { secret: '' }
  const bareBroker = await broker.ask('openEmbedded', { secret }, z.object({ port: z.number() }))
  const ids = members.map(({ id }) => id)
  const listening = ids.map((id) => ({ id, secret, topic: deviceTopic(deviceId.parse(id), 'command') }))
  const listeners = await connectSwarm({ host: '127.0.0.1', port: bareBroker.port, commonTopic, members: listening })
  onEnd(listeners.stop)
  const bare = []
  for (let round = 1; round <= runs; round++) {
    const reaching = listeners.awaitRound(round)
    await broker.ask('publishEach', { round, bytes: TARGET_BYTES, topic: commonTopic, ids }, z.null())
    bare.push(await reaching)
  }
  await publishReport(
    {
      id: 'province-change',
      title: `A change for a whole province: ${devices.toLocaleString('en-US')} devices in ${communes} communes, ${broadcasts} broadcasts (${runs} runs)`,
      ours: 'targets',
      reference: 'bare',
      rows: [
        { what: 'first compilation: last device reached', unit: 'ms', ours: [first.lastMs] },
        {
          what: 'last device reached',
          unit: 'ms',
          ours: changes.map((one) => one.lastMs),
          reference: bare.map((one) => one.lastMs),
        },
        {
          what: 'median device reached',
          unit: 'ms',
          ours: changes.map((one) => one.p50Ms),
          reference: bare.map((one) => one.p50Ms),
        },
        { what: 'request answered', unit: 'ms', ours: changes.map((one) => one.answeredMs) },
        { what: 'processor time of the server', unit: 'ms', ours: changes.map((one) => one.cpuMs) },
        { what: 'peak memory of the server', unit: 'MB', ours: changes.map((one) => one.peakMb) },
      ],
      notes: [
        'From the request that moves a broadcast which every device hears until the last device has received its new, signed target: planned, compiled, written to the database, signed and published by one process of the built server, beside the devices on the same cores. The reference is the embedded broker alone, sending as many bytes to each device.',
      ],
    },
    options.save,
  )
})

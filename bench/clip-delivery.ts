import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { device } from '#server/devices/schemas.ts'
import { makeCommune } from '../test/support/commune.ts'
import { startServer } from '../test/support/server.ts'
import { waitFor } from '../tools/api-client.ts'
import { runBenchmark } from './benchmark.ts'
import { startChild } from './child.ts'
import type { TransportName } from './clip-device.ts'
import { planLongProgramme } from './clip-world.ts'
import { enrolFleet } from './fleet.ts'
import { readOptions } from './options.ts'
import { publishReport } from './report.ts'
import { measureCommandDelays } from './slow-link.ts'
import { readCpuMs, readPeakRssMb, resetPeakRss } from './usage.ts'

/** A long programme on its way to a village: MQTT blocks beside HTTP on the same built server, and commands meanwhile. */
const options = readOptions({ devices: 200, minutes: 15, runs: 3, kbit: 256, commands: 15 })
const { devices, minutes, runs, kbit, commands } = options
const DOWNLOAD_TIMEOUT_MS = 100_000
const TARGETS_TIMEOUT_MS = 30_000

interface Cost {
  readonly lastMs: number
  readonly p50Ms: number
  readonly cpuMs: number
  readonly peakMb: number
}

await runBenchmark(async (onEnd) => {
  const directory = await mkdtemp(path.join(tmpdir(), 'loaxa-bench-'))
  onEnd(() => rm(directory, { recursive: true, force: true }))
  const server = await startServer()
  onEnd(server.stop)
  if (server.mqttUrl === null) throw new Error('the server has no broker of its own')
  const { hostname: host, port } = new URL(server.mqttUrl)
  const broker = { host, port: Number(port) }
  const commune = await makeCommune(server)
  const ref = await planLongProgramme(commune, minutes, directory)
  const fleet = await enrolFleet(commune, devices + 1)
  const [onSlowLink, ...members] = fleet
  if (onSlowLink === undefined) throw new Error('no device')
  await waitFor(commune.administrator, 'targets that name the programme', TARGETS_TIMEOUT_MS, async () => {
    const one = await commune.administrator.get(`/api/devices/${fleet.at(-1)?.id}`, device)
    return one.target.wantedRevision > 0 ? one : undefined
  })

  const swarm = await startChild('clip-swarm-process.ts')
  onEnd(swarm.stop)
  await swarm.ask('connect', { ...broker, httpUrl: server.url, members }, z.null())
  const { pid } = server.process()
  const download = async (via: TransportName): Promise<Cost> => {
    await resetPeakRss(pid)
    const startedCpuMs = await readCpuMs(pid)
    const input = { via, ref, timeoutMs: DOWNLOAD_TIMEOUT_MS }
    const reached = await swarm.ask('download', input, z.object({ p50Ms: z.number(), lastMs: z.number() }))
    return { ...reached, cpuMs: (await readCpuMs(pid)) - startedCpuMs, peakMb: await readPeakRssMb(pid) }
  }
  const costs: Record<TransportName, Cost[]> = { mqtt: [], http: [] }
  for (let run = 0; run < runs; run++) {
    const order: TransportName[] = run % 2 === 0 ? ['mqtt', 'http'] : ['http', 'mqtt']
    for (const via of order) costs[via].push(await download(via))
  }
  await swarm.stop()

  const both = (read: (cost: Cost) => number) => ({ ours: costs.mqtt.map(read), reference: costs.http.map(read) })
  const megabytes = (ref.bytes * devices) / 1_048_576
  await publishReport(
    {
      id: 'clip-delivery',
      title: `A programme of ${minutes} minutes (${(ref.bytes / 1_048_576).toFixed(1)} MB) to ${devices} devices (${runs} runs)`,
      ours: 'MQTT blocks',
      reference: 'HTTP',
      rows: [
        { what: 'the last device has it', unit: 's', ...both(({ lastMs }) => lastMs / 1_000) },
        { what: 'the median device has it', unit: 's', ...both(({ p50Ms }) => p50Ms / 1_000) },
        { what: 'throughput', unit: 'MB/s', ...both(({ lastMs }) => (megabytes / lastMs) * 1_000) },
        { what: 'server’s processor time', unit: 's', ...both(({ cpuMs }) => cpuMs / 1_000) },
        { what: 'server’s peak memory', unit: 'MB', ...both(({ peakMb }) => peakMb) },
      ],
      notes: [
        'On one machine, over loopback, server and devices sharing the cores; the devices are one process that uses the agent’s own transports and block window, checks every hash, and keeps nothing. They ask for the same clip on the same server over its broker, and from `/clips/{sha256}`.',
      ],
    },
    options.save,
  )

  const slow = { kbitPerSecond: kbit, commands, broker, httpUrl: server.url, ref }
  const delays = await measureCommandDelays({ ...slow, administrator: commune.administrator, member: onSlowLink })
  await publishReport(
    {
      id: 'command-delay',
      title: `A command to a device on a link of ${kbit} kbit/s (${commands} commands)`,
      ours: 'clip under way',
      reference: 'idle link',
      statistics: ['min', 'median', 'p90', 'max'],
      isPaired: false,
      rows: [
        { what: 'from the API call to the device', unit: 'ms', ours: delays.busy, reference: delays.idle },
        { what: 'the clip’s share of the link', unit: 'kbit/s', ours: [delays.clipKbitPerSecond] },
      ],
      notes: [
        'The device fetches the programme over MQTT through a proxy that lets down so many bits a second and buffers as a mobile network does; its block window keeps the queue in front of the command short, at the price of a small part of the link. An API call’s own work is in both.',
      ],
    },
    options.save,
  )
})

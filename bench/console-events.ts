import { once } from 'node:events'
import net from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import { runBenchmark } from './benchmark.ts'
import { type BenchChild, startChild } from './child.ts'
import { readOptions } from './options.ts'
import { publishReport } from './report.ts'
import { quantile } from './statistics.ts'
import { readCpuMs, readPeakRssMb, readRssMb, resetPeakRss } from './usage.ts'

/**
 * How much news the server tells to 50 consoles at once, how quickly, and what an ordinary request feels of it; beside a
 * bare server that writes the same bytes and checks nothing. And what consoles cost that read nothing.
 */
const options = readOptions({ consoles: 50, events: 10_000, piece: 250, runs: 5, steady: 200, seconds: 5 })
const { consoles, events, piece, runs, steady, seconds } = options
const done = z.null()
/** An event ends with two of them. */
const NEWLINE = 10
/** More than the kernel holds for a connection and the server for a console: whoever reads nothing is cut off on the way. */
const TOO_MANY_EVENTS = 120_000

/** Somebody's open console: counts what it is told. `isFrozen`: it reads nothing after its first bytes. */
interface Listener {
  readonly socket: net.Socket
  readonly told: () => number
  reach(count: number): Promise<void>
}

async function listen(port: number, name: string, isFrozen = false): Promise<Listener> {
  const socket = net.connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write(`GET /api/events HTTP/1.1\r\nHost: x\r\nCookie: loaxa_session=${name}\r\n\r\n`)
  await once(socket, 'data')
  let [count, last] = [0, 0]
  let waiting: { count: number; resolve(): void } | undefined
  if (isFrozen) socket.pause()
  else
    socket.on('data', (bytes) => {
      // By index: an iterator for each of the millions of bytes would be most of what is measured.
      for (let at = 0; at < bytes.length; at++) {
        if (bytes[at] === NEWLINE && last === NEWLINE) count += 1
        last = bytes[at] ?? 0
      }
      if (waiting !== undefined && count >= waiting.count) waiting.resolve()
    })
  return {
    socket,
    told: () => count,
    reach: (wanted) =>
      count >= wanted
        ? Promise.resolve()
        : new Promise((resolve) => {
            waiting = { count: wanted, resolve }
          }),
  }
}

interface Side {
  readonly child: BenchChild
  readonly url: string
  readonly port: number
  readonly listeners: readonly Listener[]
  readonly perSecond: number[]
  readonly beside: number[]
  readonly alone: number[]
  readonly steadyP50: number[]
  readonly steadyP99: number[]
  readonly steadyCpu: number[]
}

async function openSide(kind: 'ours' | 'bare', onEnd: (end: () => Promise<void>) => void): Promise<Side> {
  const child = await startChild('console-events-process.ts')
  onEnd(child.stop)
  const { port } = await child.ask('open', { kind }, z.object({ port: z.number() }))
  const listeners = await Promise.all(Array.from({ length: consoles }, (_, index) => listen(port, `console-${index}`)))
  const measured = { perSecond: [], beside: [], alone: [], steadyP50: [], steadyP99: [], steadyCpu: [] }
  return { child, port, url: `http://127.0.0.1:${port}/api/server`, listeners, ...measured }
}

async function ask(side: Side): Promise<number> {
  const startedMs = performance.now()
  const response = await fetch(side.url, { headers: { cookie: 'loaxa_session=asking' } })
  await response.arrayBuffer()
  if (!response.ok) throw new Error(`answered ${response.status}`)
  return performance.now() - startedMs
}

/** Publishes, and waits until the last console has read the last of it. */
async function tellAll({ child, listeners }: Side, count: number): Promise<void> {
  const reached = Promise.all(listeners.map((one) => one.reach(one.told() + count)))
  await child.ask('publish', { count }, done)
  await reached
}

async function measureStorm(side: Side): Promise<void> {
  const beside: number[] = []
  let isOver = false
  const asking = (async () => {
    while (!isOver) beside.push(await ask(side))
  })()
  const startedMs = performance.now()
  for (let sent = 0; sent < events; sent += piece) await tellAll(side, piece)
  side.perSecond.push((events * 1_000) / (performance.now() - startedMs))
  isOver = true
  await asking
  side.beside.push(quantile(beside, 0.9))
  side.alone.push(await ask(side))
}

/** As many as a province makes when it is busy: ten times a second, a tenth of them. */
async function measureSteady(side: Side): Promise<void> {
  const [each, ticks, delays] = [Math.ceil(steady / 10), seconds * 10, [] as number[]]
  const cpuMs = await readCpuMs(side.child.pid)
  for (let tick = 0; tick < ticks; tick++) {
    const startedMs = performance.now()
    await tellAll(side, each)
    delays.push(performance.now() - startedMs)
    await setTimeout(Math.max(0, 100 - (performance.now() - startedMs)))
  }
  side.steadyCpu.push(((await readCpuMs(side.child.pid)) - cpuMs) / seconds / 10)
  side.steadyP50.push(quantile(delays, 0.5))
  side.steadyP99.push(quantile(delays, 0.99))
}

/** As many consoles again, which read nothing; ends when the server has cut off every one of them. */
async function measureFrozen(side: Side): Promise<{ perConsoleKb: number; requestMs: number }> {
  const frozen = await Promise.all(
    Array.from({ length: consoles }, (_, index) => listen(side.port, `frozen-${index}`, true)),
  )
  const before = await readRssMb(side.child.pid)
  await resetPeakRss(side.child.pid)
  const asked: number[] = []
  for (let sent = 0; sent < TOO_MANY_EVENTS; sent += piece) {
    await tellAll(side, piece)
    if (sent % (piece * 20) === 0) asked.push(await ask(side))
  }
  const peak = await readPeakRssMb(side.child.pid)
  // Whoever was cut off learns it by reading on.
  await Promise.all(
    frozen.map(async ({ socket }) => {
      const closed = once(socket, 'close')
      socket.resume()
      await closed
    }),
  )
  return { perConsoleKb: ((peak - before) * 1_024) / consoles, requestMs: quantile(asked, 0.9) }
}

await runBenchmark(async (onEnd) => {
  const ours = await openSide('ours', onEnd)
  const bare = await openSide('bare', onEnd)
  // The first round of each does not count: code is compiled and buffers grow.
  for (let run = 0; run <= runs; run++) {
    for (const side of run % 2 === 0 ? [ours, bare] : [bare, ours]) {
      await measureStorm(side)
      if (run === 0) for (const values of [side.perSecond, side.beside, side.alone]) values.splice(0)
      else await measureSteady(side)
    }
  }
  const frozen = await measureFrozen(ours)
  const row = (what: string, unit: string, read: (side: Side) => number[]) => ({
    what,
    unit,
    ours: read(ours),
    reference: read(bare),
  })
  await publishReport(
    {
      id: 'console-events',
      title: `News to ${consoles} consoles: ${events.toLocaleString('en-US')} events at once, and ${steady} a second (${runs} runs)`,
      ours: 'server',
      reference: 'bare',
      rows: [
        row('events told to all of them', '1/s', ({ perSecond }) => perSecond),
        row('an ordinary request meanwhile (p90)', 'ms', ({ beside }) => beside),
        row('an ordinary request afterwards', 'ms', ({ alone }) => alone),
        row(`${steady} a second: until the last console knows, median`, 'ms', ({ steadyP50 }) => steadyP50),
        row(`${steady} a second: until the last console knows, p99`, 'ms', ({ steadyP99 }) => steadyP99),
        row(`${steady} a second: processor time`, '% of a core', ({ steadyCpu }) => steadyCpu),
        { what: 'memory for each console that reads nothing, at its peak', unit: 'KB', ours: [frozen.perConsoleKb] },
        { what: 'an ordinary request while those are cut off (p90)', unit: 'ms', ours: [frozen.requestMs] },
      ],
      notes: [
        `From the event’s publication in the server’s process to the last console that has read it; events come ${piece} at a time, the next ones when all consoles have the ones before. The server asks for each console and each event whether that person may hear of it there. The reference writes the same bytes to the same number of connections and asks nothing. The consoles share one other process.`,
        'Devices make far fewer events than they send messages: what more than a few of one area tell within a moment is told once, as one event for the area. A console that has 256 KiB unread is cut off, and resumes where it was.',
      ],
    },
    options.save,
  )
})

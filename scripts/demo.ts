/**
 * The demo: a server, three speakers, one bulletin that is spoken, approved, scheduled, played and counted – within a
 * minute, without a click, on real parts. Every process it starts ends with it, also when it is killed.
 */
import { randomBytes } from 'node:crypto'
import { createWriteStream, existsSync } from 'node:fs'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import path from 'node:path'
import { z } from 'zod'
import { airtimeReport } from '#server/airtime/schemas.ts'
import { invitedAccount } from '#server/auth/schemas.ts'
import { broadcast, occurrence } from '#server/broadcasts/schemas.ts'
import { waitFor } from '../tools/api-client.ts'
import { type RunningProcess, runProcess, startProcess, untilAsked, untilOrphaned } from '../tools/processes.ts'
import { makeDemoFolder, removeDeadDemos } from './demo/folder.ts'
import { demoTexts } from './demo/texts.ts'
import { type DemoWorld, makeDemoProgramme, makeDemoWorld, scheduleDemo } from './demo/world.ts'

const root = path.resolve(import.meta.dirname, '..')
/** For recordings and logs, which stay when the demo ends. */
const outputDir = path.resolve(process.env.LOAXA_DEMO_DIR || path.join(root, 'data/demo'))
const say = demoTexts(process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || '')
const print = (line: string): void => void process.stdout.write(`${line}\n`)
const httpPort = Number(process.env.HTTP_PORT || 8080)
const started: RunningProcess[] = []

/** EX_TEMPFAIL: the agent asks its supervisor to start it again. */
const RESTART_EXIT_CODE = 75

class DemoError extends Error {}

/** What the programs say goes into files beside the recordings, for whoever wants to know more. */
function keepLog(name: string): (line: string) => void {
  const file = createWriteStream(path.join(outputDir, `${name}.log`))
  return (line) => void file.write(`${line}\n`)
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer()
  return new Promise((resolve) => {
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}

async function startServer(dataDir: string): Promise<{ url: string; setupCode: string }> {
  if (!(await isFree(httpPort))) throw new DemoError(say.portInUse(httpPort))
  const server = startProcess({
    name: 'server',
    command: process.execPath,
    args: [path.join(root, 'dist/server.mjs')],
    onLine: keepLog('server'),
    // It works in the demo's folder, which is how the next demo sees that the folder is in use.
    cwd: dataDir,
    holdStdin: true,
    // Any free port for MQTT: a mosquitto of the machine's own may hold 1883.
    env: {
      LOAXA_DATA_DIR: dataDir,
      HTTP_PORT: String(httpPort),
      MQTT_PORT: '0',
      DATABASE_URL: '',
      MQTT_URL: '',
      LOG_LEVEL: 'info',
      STOP_AT_STDIN_END: 'true',
      // Whoever tries it out has no authenticator app at hand; a real server asks for one.
      SECOND_FACTOR_ROLES: 'none',
    },
  })
  started.push(server)
  await server.line((line) => line.includes('"event":"ready"'), 'it was ready')
  const setupCode = (await readFile(path.join(dataDir, 'setup-code.txt'), 'utf8')).trim()
  return { url: `http://localhost:${httpPort}`, setupCode }
}

async function startSpeakers(world: DemoWorld, url: string, dataDir: string): Promise<string[]> {
  const soundCard = existsSync('/dev/snd/timer')
  const agent = path.join(root, 'dist/device-agent.mjs')
  const files: string[] = []
  for (const [index, device] of world.devices.entries()) {
    const file = path.join(outputDir, `loa-${index + 1}.wav`)
    await rm(file, { force: true })
    const env = {
      LOAXA_STATE_DIR: path.join(dataDir, `speaker-${index + 1}`),
      LOAXA_HARDWARE_SERIAL: `demo-${index + 1}`,
      LOAXA_SINK: soundCard ? 'auto' : 'wav',
      LOAXA_WAV_PATH: file,
      LOAXA_STOP_AT_STDIN_END: 'true',
    }
    await runProcess({
      name: `enrolment of ${device.name}`,
      command: process.execPath,
      args: [agent, 'enrol', url, device.code],
      env,
    })
    const onLine = keepLog(`loa-${index + 1}`)
    const launch = (): void => {
      const speaker = startProcess({
        name: device.name,
        command: process.execPath,
        args: [agent, 'run'],
        env,
        onLine,
        cwd: dataDir,
        holdStdin: true,
      })
      started.push(speaker)
      void speaker.exited.then((code) => {
        if (stopping) return
        // As systemd does on a pole: this is how it ends when the console asks for a restart.
        if (code === RESTART_EXIT_CODE) {
          print(say.restarted(device.name))
          launch()
        } else print(say.agentEnded(device.name, String(code)))
      })
    }
    launch()
    print(say.enrolled(device.name))
    if (!soundCard) files.push(shorten(file))
  }
  return files
}

/** Follows the broadcast until every speaker has reported its end. */
async function follow(world: DemoWorld, broadcastId: string): Promise<void> {
  const total = world.devices.length
  const read = () => world.editor.get(`/api/broadcasts/${broadcastId}`, broadcast)
  const readOccurrence = async () => {
    const from = new Date(Date.now() - 3_600_000).toISOString()
    const to = new Date(Date.now() + 3_600_000).toISOString()
    const all = await world.editor.get(`/api/occurrences?from=${from}&to=${to}`, z.array(occurrence))
    return all.find((one) => one.broadcastId === broadcastId)
  }
  await waitFor(world.editor, 'the speakers to hold the bulletin', 60_000, async () =>
    (await read()).readiness.ready === total ? true : undefined,
  )
  print(say.ready(total, total))
  await waitFor(world.editor, 'the bulletin to play', 60_000, async () =>
    (await readOccurrence())?.devices.playing === total ? true : undefined,
  )
  print(say.playing(total, total))
  await waitFor(world.editor, 'the bulletin to end', 120_000, async () => {
    const devices = (await readOccurrence())?.devices
    return devices !== undefined && devices.played + devices.partial + devices.missed === total ? true : undefined
  })
  print(say.played((await readOccurrence())?.devices.played ?? 0, total))
}

async function printAirtime(world: DemoWorld): Promise<void> {
  const from = new Date(Date.now() - 3_600_000).toISOString()
  const to = new Date(Date.now() + 3_600_000).toISOString()
  const report = await world.editor.get(`/api/airtime?from=${from}&to=${to}&by=area`, airtimeReport)
  const seconds = (ms: number): string => say.seconds(ms).padStart(9)
  print(`${say.airtime}\n  ${say.area.padEnd(16)}${say.expected.padStart(9)}${say.heard.padStart(10)}`)
  for (const row of report.rows) print(`  ${row.label.padEnd(16)}${seconds(row.expectedMs)} ${seconds(row.playedMs)}`)
}

/** A sign-in by a link ends the account's other sessions, so an account's link is given out when we are done with it. */
async function makeSignInCode(world: DemoWorld, accountId: string): Promise<string> {
  return (await world.administrator.post(`/api/accounts/${accountId}/sign-in-code`, {}, invitedAccount)).signInCode
}

/** As short as it can be said from where the demo was started. */
function shorten(file: string): string {
  const relative = path.relative(process.cwd(), file)
  return relative.startsWith('..') ? file : relative
}

let stopping = false

async function stopAll(): Promise<void> {
  stopping = true
  // Speakers first, so that the server still hears their last word; the server stops its database itself.
  await Promise.all(started.slice(1).map((one) => one.stop()))
  await started[0]?.stop(20_000)
}

async function run(dataDir: string): Promise<void> {
  print(say.starting)
  const { url, setupCode } = await startServer(dataDir)
  print(say.serverReady(url))
  const world = await makeDemoWorld(url, setupCode, randomBytes(18).toString('base64url'))
  print(say.worldReady)
  const linkOf = (signInCode: string): string => `${url}/#/dang-nhap/${signInCode}`
  print(`${say.open}\n  ${say.asAdministrator}: ${linkOf(world.visitorSignInCode)}`)
  print(say.noSecondFactor)
  const files = await startSpeakers(world, url, dataDir)
  print(files.length > 0 ? say.listen(files) : say.listenCard)
  print(say.speaking)
  const programmeId = await makeDemoProgramme(world, { approved: (ms) => print(say.approved(say.seconds(ms))) })
  const scheduled = await scheduleDemo(world, programmeId, 10_000)
  print(say.scheduled(scheduled.time))
  await follow(world, scheduled.broadcast.id)
  await printAirtime(world)
  const author = linkOf(await makeSignInCode(world, world.editorId))
  const approver = linkOf(await makeSignInCode(world, world.approverId))
  print(`${say.openAsOthers}\n  ${say.asEditor}: ${author}\n  ${say.asApprover}: ${approver}`)
  print(say.stopHint(shorten(outputDir)))
}

const asked = Promise.race([untilAsked(), untilOrphaned()])
// Whoever reads what we say may go first (a terminal that is closed, a pipe): we still end everything in order.
process.stdout.on('error', (cause) => {
  if (!('code' in cause) || cause.code !== 'EPIPE') throw cause
})
const swept = await removeDeadDemos()
if (swept.length > 0) print(say.swept(swept.length))
const folder = await makeDemoFolder()
await mkdir(outputDir, { recursive: true })
let failed = false
try {
  await Promise.race([run(folder.path).then(() => asked), asked])
} catch (cause) {
  failed = true
  const reason = cause instanceof Error ? cause.message : String(cause)
  print(cause instanceof DemoError ? reason : say.failed(reason, shorten(outputDir)))
}
print(say.stopping)
await stopAll()
await folder.remove()
print(say.stopped)
process.exit(failed ? 1 : 0)

import process from 'node:process'
import { finished } from 'node:stream'
import packageJson from '../package.json' with { type: 'json' }
import { systemClock } from './clock.ts'
import { type Config, readConfig, readLanguage } from './config.ts'
import { enrol, repin } from './enrol.ts'
import { startPlayer, startWorkerFrom } from './io/audio/player.ts'
import { isPlayerWorker, runPlayerWorker } from './io/audio/player-worker.ts'
import { isErrno } from './io/files.ts'
import { readHardwareSerial } from './io/hardware.ts'
import { readIdentity } from './io/identity.ts'
import { createLog } from './io/log.ts'
import { openTargetStore } from './io/target-store.ts'
import { EXIT_CONFIG, run } from './run.ts'
import { say } from './texts.ts'

const agentVersion = packageJson.version
const print = (line: string): void => void process.stdout.write(`${line}\n`)
const printError = (line: string): void => void process.stderr.write(`${line}\n`)

async function enrolHere(config: Config, args: readonly string[], what: 'enrol' | 'repin'): Promise<number> {
  const { language, stateDir } = config
  const flags = new Set(args.filter((arg) => arg.startsWith('--')))
  const [first, second] = args.filter((arg) => !arg.startsWith('--'))
  const server = second === undefined ? config.server : first
  const code = second ?? first
  if (server === undefined || code === undefined) {
    printError(say(language, 'server-missing'))
    return EXIT_CONFIG
  }
  const hardwareSerial = await readHardwareSerial(config.hardwareSerial)
  if (hardwareSerial === undefined) {
    printError(say(language, 'no-serial'))
    return EXIT_CONFIG
  }
  const allowInsecure = flags.has('--allow-insecure')
  const asked = { stateDir, server, code, hardwareSerial, agentVersion, allowInsecure, language }
  const result =
    what === 'repin'
      ? await repin(asked)
      : await enrol({ ...asked, isReplacement: flags.has('--replace'), clock: systemClock })
  if (!result.ok) {
    printError(say(language, result.text, result.values))
    return 1
  }
  print(
    say(language, what === 'repin' ? 'repinned' : 'enrolled', {
      device: result.identity.deviceName,
      area: result.identity.areaName,
    }),
  )
  return 0
}

async function showStatus(config: Config): Promise<number> {
  const { language, stateDir } = config
  const identity = await readIdentity(stateDir)
  if (identity.status !== 'ok') {
    const aside = identity.status === 'corrupt' ? identity.aside : ''
    printError(say(language, identity.status === 'corrupt' ? 'identity-corrupt' : 'not-enrolled', { aside }))
    return 1
  }
  const { deviceName: device, areaName: area, deviceId: id, enrolledAt, hardwareSerial: hardware } = identity.value
  const log = createLog({ clock: systemClock, level: 'error', format: 'text', write: printError })
  const held = (await openTargetStore(stateDir, id, log)).held
  const show = (at: number): string => new Date(at).toISOString()
  print(
    say(language, 'status', {
      device,
      area,
      id,
      hardware,
      enrolledAt: show(enrolledAt),
      revision: String(held?.manifest.revision ?? 0),
      horizon: held === undefined ? '–' : show(held.manifest.content.horizonEndsAt),
    }),
  )
  return 0
}

function runHere(config: Config): Promise<number> {
  const whenAsked = new Promise<string>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal))
    if (config.stopAtStdinEnd) finished(process.stdin.resume(), () => resolve('stdin ended'))
  })
  return run({
    config,
    agentVersion,
    startPlayer: (options) =>
      startPlayer({
        ...options,
        sink: config.sink,
        startWorker: (data) => startWorkerFrom(import.meta.url, data),
      }),
    write: (line) => void process.stdout.write(line),
    writeError: (line) => void process.stderr.write(line),
    whenAsked,
  })
}

/** Whoever reads our log may go before us: journald restarts, or the program that started us was killed. We play on. */
function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (cause) => {
      if (!isErrno(cause, 'EPIPE')) throw cause
    })
}

async function main(args: readonly string[]): Promise<number> {
  outliveReaders()
  const settings = readConfig({ isTTY: process.stdout.isTTY === true })
  if (!settings.ok) {
    printError(say(readLanguage(), 'bad-setting', { error: settings.error }))
    return EXIT_CONFIG
  }
  const { config } = settings
  try {
    return await runCommand(config, args)
  } catch (cause) {
    // A folder that may not be written is a thing that a technician can put right; anything else is a bug, and shows.
    if (!['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'ENOTDIR'].some((code) => isErrno(cause, code))) throw cause
    const error = cause instanceof Error ? cause.message : String(cause)
    printError(say(config.language, 'state-unwritable', { stateDir: config.stateDir, error }))
    return EXIT_CONFIG
  }
}

async function runCommand(config: Config, args: readonly string[]): Promise<number> {
  const [command = 'run', ...rest] = args
  switch (command) {
    case 'run':
      return runHere(config)
    case 'enrol':
    case 'repin':
      return enrolHere(config, rest, command)
    case 'status':
      return showStatus(config)
    case '--version':
      print(agentVersion)
      return 0
    case '--help':
    case 'help':
      print(say(config.language, 'usage'))
      return 0
    default:
      printError(say(config.language, 'unknown-command', { command }))
      return EXIT_CONFIG
  }
}

// The player's thread runs this very file, so that the agent stays one file.
if (isPlayerWorker()) {
  await runPlayerWorker()
} else {
  process.exit(await main(process.argv.slice(2)))
}

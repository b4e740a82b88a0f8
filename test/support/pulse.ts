import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { type Recorder, startRecorder } from './pulse-recorder.ts'

/** A private PulseAudio: N mono horns that are the channels of one bus, so that one recording hears them all. */
export type Pulse = {
  /** For ALSA_CONFIG_PATH. */
  readonly alsaConfigPath: string
  /** What a process needs in its environment in order to play on the horns. */
  readonly env: { readonly ALSA_CONFIG_PATH: string; readonly PULSE_SERVER: string }
  /** The ALSA device name of a horn, from 0 on. */
  readonly hornDevice: (index: number) => string
  /** Begins to record all horns; resolves when the recording runs. */
  readonly record: () => Promise<Recorder>
  /** Ends the server as a crash would; horns and recordings are gone. */
  readonly kill: () => Promise<void>
  /** Starts the server again after {@link Pulse.kill}. */
  readonly restart: () => Promise<void>
  /** Ends the server and removes its files. */
  readonly stop: () => Promise<void>
}

/** Needs the Debian packages pulseaudio, pulseaudio-utils and libasound2-plugins; runs as root and without hardware. */
export async function startPulse(options: { readonly horns: number }): Promise<Pulse> {
  const directory = await mkdtemp(join(tmpdir(), 'loaxa-pulse-'))
  const socketPath = join(directory, 'pulse.sock')
  const alsaConfigPath = join(directory, 'asound.conf')
  const horns = Array.from({ length: options.horns }, (_, index) => index)
  const hornDevice = (index: number) => `horn${index}`
  const env = { ALSA_CONFIG_PATH: alsaConfigPath, PULSE_SERVER: `unix:${socketPath}` }
  const serverEnv = {
    ...process.env,
    HOME: directory,
    XDG_RUNTIME_DIR: directory,
    PULSE_RUNTIME_PATH: join(directory, 'run'),
    PULSE_STATE_PATH: join(directory, 'state'),
  }
  await writeFile(
    alsaConfigPath,
    [
      '</usr/share/alsa/alsa.conf>',
      ...horns.map(
        (index) => `pcm.${hornDevice(index)} { type pulse server "${env.PULSE_SERVER}" device horn${index} }`,
      ),
      '',
    ].join('\n'),
  )
  let server = await startServer()
  const recorders = new Set<Recorder>()

  async function startServer(): Promise<ChildProcessByStdio<null, null, Readable>> {
    // setpriv becomes pulseaudio, which then dies with the test even when that is killed.
    const child = spawn(
      'setpriv',
      ['--pdeathsig', 'SIGKILL', 'pulseaudio', ...serverArguments(socketPath, options.horns)],
      {
        env: serverEnv,
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    )
    await waitUntilStarted(child)
    return child
  }

  async function killServer(): Promise<void> {
    if (server.exitCode !== null || server.signalCode !== null) return
    const exited = new Promise<void>((resolve) => server.once('exit', () => resolve()))
    server.kill('SIGKILL')
    await exited
    await rm(socketPath, { force: true })
  }

  return {
    alsaConfigPath,
    env,
    hornDevice,
    record: async () => {
      const recorder = await startRecorder({ ...serverEnv, ...env }, options.horns)
      recorders.add(recorder)
      return recorder
    },
    kill: killServer,
    restart: async () => {
      server = await startServer()
    },
    stop: async () => {
      for (const recorder of recorders) await recorder.abandon()
      await killServer()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

function serverArguments(socketPath: string, horns: number): string[] {
  const channels = Array.from({ length: horns }, (_, index) => `aux${index}`)
  const modules = [
    `module-native-protocol-unix socket=${socketPath} auth-anonymous=1`,
    // Without norewinds the null sink renders two seconds ahead, and what is heard no longer keeps time.
    `module-null-sink norewinds=1 sink_name=bus rate=48000 format=s16le channels=${horns} channel_map=${channels.join(',')}`,
    ...channels.map(
      (channel, index) =>
        `module-remap-sink sink_name=horn${index} master=bus channels=1 channel_map=mono master_channel_map=${channel} remix=no`,
    ),
  ]
  return [
    ['-n', '--daemonize=no', '--exit-idle-time=-1', '--use-pid-file=no', '--disallow-exit'],
    ['--realtime=no', '--high-priority=yes', '--log-target=stderr', '--log-level=info'],
    ...modules.map((module) => ['-L', module]),
  ].flat()
}

/** The server says in its log when all modules are loaded and it accepts connections. */
function waitUntilStarted(child: ChildProcessByStdio<null, null, Readable>): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = ''
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`pulseaudio ended with ${code} while starting: ${log}`)))
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-2_000)
      if (log.includes('Daemon startup complete')) resolve()
    })
  })
}

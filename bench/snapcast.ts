import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { findExecutable } from '#server/audio/jail.ts'
import { settlePort } from '#server/start.ts'
import { type RunningProcess, startProcess } from '../tools/processes.ts'

/** Snapcast, the recommended free program for playing the same sound in several places at the same instant. */
export interface Snapcast {
  /** Plays 48 kHz 16-bit stereo samples; resolves when the server has read them all. */
  play(pcm: Uint8Array): Promise<void>
  stop(): Promise<void>
}

const SAMPLE_FORMAT = '48000:16:2'

export async function hasSnapcast(): Promise<boolean> {
  return (await findExecutable('snapserver')) !== null && (await findExecutable('snapclient')) !== null
}

/** One server, and one client for each ALSA device. */
export async function startSnapcast(options: {
  readonly devices: readonly string[]
  readonly env: Readonly<Record<string, string>>
}): Promise<Snapcast> {
  const directory = await mkdtemp(path.join(tmpdir(), 'loaxa-bench-snapcast-'))
  const fifo = path.join(directory, 'fifo')
  await promisify(execFile)('mkfifo', [fifo])
  const port = await settlePort(0, '127.0.0.1')
  const config = path.join(directory, 'snapserver.conf')
  const lines = [
    ['[server]', `datadir = ${directory}`],
    ['[http]', 'enabled = false'],
    ['[tcp]', 'enabled = false'],
    [
      '[stream]',
      'bind_to_address = 127.0.0.1',
      `port = ${port}`,
      `source = pipe://${fifo}?name=bench&mode=read&sampleformat=${SAMPLE_FORMAT}&codec=pcm`,
    ],
  ]
  await writeFile(config, `${lines.flat().join('\n')}\n`)
  const running: RunningProcess[] = []
  const stop = async (): Promise<void> => {
    for (const one of running.reverse()) await one.stop()
    await rm(directory, { recursive: true, force: true })
  }
  try {
    running.push(
      startProcess({ name: 'snapserver', command: 'snapserver', args: ['-c', config], env: { HOME: directory } }),
    )
    for (const [index, device] of options.devices.entries()) {
      const identity = ['--hostID', `bench-${index}`, '-i', String(index + 1)]
      const client = startProcess({
        name: `snapclient ${index}`,
        command: 'snapclient',
        args: ['-h', '127.0.0.1', '-p', String(port), ...identity, '-s', device],
        env: { ...options.env, HOME: directory },
      })
      running.push(client)
      await client.line((line) => line.includes('Connected to'), 'it was connected')
    }
    const pipe = createWriteStream(fifo)
    await once(pipe, 'open')
    return {
      play: (pcm) => new Promise((resolve, reject) => pipe.write(pcm, (error) => (error ? reject(error) : resolve()))),
      async stop() {
        pipe.destroy()
        await stop()
      },
    }
  } catch (cause) {
    await stop()
    throw cause
  }
}

import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { makeToneWav } from '../test/support/tones.ts'
import { startProcess } from '../tools/processes.ts'
import { hasSnapcast, startSnapcast } from './snapcast.ts'

/** What two horns do without us. */
export interface SkewReference {
  readonly name: string
  readonly explanation: string
  /** Plays the tone on both horns, followed by silence; resolves when the next may be ordered. */
  playOnce(): Promise<void>
  stop(): Promise<void>
}

interface ReferenceOptions {
  readonly devices: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly directory: string
  readonly tone: { readonly frequencyHz: number; readonly durationMs: number }
}

/** Snapcast where it is installed (`apt-get install snapserver snapclient`), otherwise two aplay. */
export async function openSkewReference(options: ReferenceOptions): Promise<SkewReference> {
  return (await hasSnapcast()) ? await openSnapcast(options) : await openAplay(options)
}

const WAV_HEADER_BYTES = 44
const SNAPCAST_SILENCE_MS = 1_000

/** Tones within one stream, as a listener hears them who joined in time: Snapcast knows no other start. */
async function openSnapcast({ devices, env, tone }: ReferenceOptions): Promise<SkewReference> {
  const snapcast = await startSnapcast({ devices, env })
  const mono = Buffer.from(makeToneWav([tone])).subarray(WAV_HEADER_BYTES)
  const silenceBytes = 48 * SNAPCAST_SILENCE_MS * 4
  const pcm = Buffer.alloc(mono.byteLength * 2 + silenceBytes)
  for (let at = 0; at < mono.byteLength; at += 2) {
    mono.copy(pcm, at * 2, at, at + 2)
    mono.copy(pcm, at * 2 + 2, at, at + 2)
  }
  return {
    name: 'Snapcast',
    explanation:
      'The reference is Snapcast (snapserver and two snapclients of Debian) playing tones within one running stream, over the same time, on two further horns of the same sound server.',
    playOnce: () => snapcast.play(pcm),
    stop: snapcast.stop,
  }
}

async function openAplay({ devices, env, directory, tone }: ReferenceOptions): Promise<SkewReference> {
  const file = path.join(directory, 'tone.wav')
  await writeFile(file, makeToneWav([tone]))
  return {
    name: 'two aplay',
    explanation:
      'The reference is two aplay started at the same instant, on two further horns of the same sound server: Snapcast, the better one, is not installed (apt-get install snapserver snapclient).',
    async playOnce() {
      const players = devices.map((device) =>
        startProcess({ name: `aplay ${device}`, command: 'aplay', args: ['-q', '-D', device, file], env }),
      )
      await Promise.all(players.map(({ exited }) => exited))
    },
    stop: async () => {},
  }
}

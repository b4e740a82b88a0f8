import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { type Player, startPlayer, startWorkerFrom } from '#agent/io/audio/player.ts'
import type { PlayerEvent, SinkConfig } from '#agent/io/audio/voice.ts'

const ENTRY = "import { runPlayerWorker } from '#agent/io/audio/player-worker.ts'\nawait runPlayerWorker()\n"

/**
 * The player's thread as one file, as it ships: a worker cannot be started from TypeScript here. It lies below
 * node_modules in order that koffi is found.
 */
export async function bundlePlayer(): Promise<{ url: string; remove: () => Promise<void> }> {
  const directory = path.resolve('node_modules/.cache', `loaxa-player-${process.pid}`)
  await mkdir(directory, { recursive: true })
  const outfile = path.join(directory, 'player.mjs')
  await build({
    stdin: { contents: ENTRY, resolveDir: process.cwd(), loader: 'ts' },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: ['koffi'],
    logLevel: 'error',
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
  })
  return { url: pathToFileURL(outfile).href, remove: () => rm(directory, { recursive: true, force: true }) }
}

type EventOf<T extends PlayerEvent['type']> = Extract<PlayerEvent, { type: T }>

/** A player whose events can be waited for. */
export class PlayerBench {
  readonly events: PlayerEvent[] = []
  readonly player: Player
  readonly #waiting = new Set<() => void>()
  #failure: Error | undefined

  constructor(url: string, sink: SinkConfig) {
    this.player = startPlayer({
      sink,
      volumePercent: 100,
      startWorker: (data) => startWorkerFrom(url, data),
      onEvent: (event) => {
        this.events.push(event)
        for (const check of this.#waiting) check()
      },
      onFailure: (error) => {
        this.#failure = error
        for (const check of this.#waiting) check()
      },
    })
  }

  /** Resolves with the first event of the type that fits, past or future. */
  async see<T extends PlayerEvent['type']>(
    type: T,
    fits: (event: EventOf<T>) => boolean = () => true,
  ): Promise<EventOf<T>> {
    const isSought = (event: PlayerEvent): event is EventOf<T> => isOfType(event, type) && fits(event)
    return await new Promise((resolve, reject) => {
      const check = () => {
        const found = this.events.find(isSought)
        if (found === undefined && this.#failure === undefined) return
        this.#waiting.delete(check)
        if (found === undefined) reject(this.#failure)
        else resolve(found)
      }
      this.#waiting.add(check)
      check()
    })
  }
}

function isOfType<T extends PlayerEvent['type']>(event: PlayerEvent, type: T): event is EventOf<T> {
  return event.type === type
}

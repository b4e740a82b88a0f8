import { Worker } from 'node:worker_threads'
import type { PlayerWorkerData } from './player-worker.ts'
import type { PlayerCommand, PlayerEvent, SinkConfig, Voice } from './voice.ts'

/** The main thread's handle on the player. Commands take effect in the order given; results come as events. */
export type Player = {
  /** Reads and arms a voice; `armed` follows, or `refused`. */
  readonly load: (voice: Voice) => void
  /** Ends one voice with a short fade, or does nothing when there is none of that id. */
  readonly stop: (voiceId: string) => void
  readonly stopAll: () => void
  /** 0 is silent but still plays; see volumeToGain for the curve. */
  readonly setVolume: (percent: number) => void
  /** The same for one voice, whatever the general volume is. */
  readonly setVoiceVolume: (voiceId: string, percent: number) => void
  /** Ends every voice, tells their ends, and lets go of the sound device. */
  readonly close: () => Promise<void>
}

/**
 * Starts the player's thread. `onFailure` is told when the thread ends by itself: all voices are lost then, and the
 * sound device is free.
 */
export function startPlayer(options: {
  readonly sink: SinkConfig
  readonly volumePercent: number
  readonly startWorker: (data: PlayerWorkerData) => Worker
  readonly onEvent: (event: PlayerEvent) => void
  readonly onFailure: (error: Error) => void
}): Player {
  const { sink, volumePercent, startWorker, onEvent, onFailure } = options
  const worker = startWorker({ role: 'player', sink, volumePercent })
  let isClosing = false
  let failure: Error | undefined
  worker.on('message', onEvent)
  worker.on('error', (error) => {
    failure = error instanceof Error ? error : new Error(String(error))
  })
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  worker.once('exit', (code) => {
    if (!isClosing || failure !== undefined) onFailure(failure ?? new Error(`the player's thread ended with ${code}`))
  })
  const send = (command: PlayerCommand) => worker.postMessage(command)
  return {
    load: (voice) => send({ type: 'load', voice }),
    stop: (voiceId) => send({ type: 'stop', voiceId }),
    stopAll: () => send({ type: 'stop-all' }),
    setVolume: (percent) => send({ type: 'set-volume', percent }),
    setVoiceVolume: (voiceId, percent) => send({ type: 'set-voice-volume', voiceId, percent }),
    close: () => {
      isClosing = true
      send({ type: 'close' })
      return ended
    },
  }
}

/**
 * A thread that runs the program's own entry point (`import.meta.url` of the agent's main.ts, or of its one-file
 * bundle) once more; that must call runPlayerWorker when isPlayerWorker says so.
 */
export function startWorkerFrom(entryUrl: string, data: PlayerWorkerData): Worker {
  const options = { workerData: data, execArgv: [], name: 'player' }
  if (!entryUrl.endsWith('.ts')) return new Worker(new URL(entryUrl), options)
  // While developing: Node 20 does not hand tsx's loader on to a thread, so the thread registers it itself.
  const source = `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(entryUrl)}) })`
  return new Worker(source, { ...options, eval: true })
}

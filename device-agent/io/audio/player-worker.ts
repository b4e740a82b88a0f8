import { setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '#agent/clock.ts'
import { PlayerLoop } from './player-loop.ts'
import type { PlayerCommand, PlayerEvent, SinkConfig } from './voice.ts'

/** As PulseAudio and PipeWire choose it for their own threads. */
const PLAYER_NICENESS = -11

/** What the thread is started with; the agent's entry point tells by it that it runs as the player. */
export type PlayerWorkerData = { readonly role: 'player'; readonly sink: SinkConfig; readonly volumePercent: number }

/** Whether this thread was started as the player: `if (isPlayerWorker()) await runPlayerWorker()`. */
export function isPlayerWorker(): boolean {
  return parentPort !== null && getWorkerData() !== undefined
}

/** Runs the player in this thread until it is told to close. */
export async function runPlayerWorker(): Promise<void> {
  const port = parentPort
  const data = getWorkerData()
  if (port === null || data === undefined) throw new Error('runPlayerWorker must be called in the player thread')
  // An error thrown outside any call ends the thread, and the main thread hears why.
  const onFatal = (error: unknown) => setImmediate(() => rethrow(error))
  const loop = new PlayerLoop(data.sink, systemClock, (event) => port.postMessage(event), onFatal)
  port.on('message', (command: PlayerCommand) => {
    loop.handle(command)
    if (command.type === 'close') port.close()
  })
  const refusal = raisePriority()
  if (refusal !== undefined) port.postMessage({ type: 'unprioritised', detail: refusal } satisfies PlayerEvent)
  loop.handle({ type: 'set-volume', percent: data.volumePercent })
  await loop.start()
}

/**
 * Puts this thread (on Linux the number 0 means the calling thread alone, setpriority(2)) before everything else that
 * keeps a small computer busy. Needs root, CAP_SYS_NICE or LimitNICE=; without it the player works, with more risk of
 * gaps. Returns why it was refused.
 */
function raisePriority(): string | undefined {
  try {
    setPriority(0, PLAYER_NICENESS)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function rethrow(error: unknown): never {
  throw error
}

function getWorkerData(): PlayerWorkerData | undefined {
  const data: unknown = workerData
  if (typeof data !== 'object' || data === null || !('role' in data) || data.role !== 'player') return undefined
  return data as PlayerWorkerData
}

import type { Clock } from '#agent/clock.ts'
import { newId } from '#protocol/ids.ts'
import type { InstantMs } from '#protocol/time.ts'
import { synthesiseBeep } from './audio/beep.ts'
import type { PlayerEvent, Voice } from './audio/voice.ts'
import type { Log } from './log.ts'

const RETRY_MS = 5_000

/** What the agent asks of whatever owns the sound device. Results come as events. */
export interface Player {
  readonly load: (voice: Voice) => void
  readonly stop: (voiceId: string) => void
  readonly setVolume: (percent: number) => void
  readonly setVoiceVolume: (voiceId: string, percent: number) => void
  readonly close: () => Promise<void>
}

/** Starts a player. `onFailure` is told when it ends by itself: all its voices are lost then. */
export type StartPlayer = (options: {
  readonly volumePercent: number
  readonly onEvent: (event: PlayerEvent) => void
  readonly onFailure: (error: Error) => void
}) => Player

/** A player that is there again some seconds after it ended by itself; commands in between are lost with their voices. */
export function keepPlayer(options: {
  readonly start: StartPlayer
  readonly volumePercent: () => number
  readonly onEvent: (event: PlayerEvent) => void
  /** Its voices are gone. */
  readonly onLost: () => Promise<void>
  readonly clock: Clock
  readonly log: Log
}): Player {
  const { clock, log } = options
  let isClosing = false
  let player: Player = start()

  function start(): Player {
    return options.start({
      volumePercent: options.volumePercent(),
      onEvent: options.onEvent,
      onFailure: (error) => {
        if (isClosing) return
        log.error('the player ended by itself', { error })
        options.onLost().catch((cause: unknown) => log.error('writing down lost plays failed', { cause }))
        clock.after(RETRY_MS, () => {
          if (!isClosing) player = start()
        })
      },
    })
  }

  return {
    load: (voice) => player.load(voice),
    stop: (voiceId) => player.stop(voiceId),
    setVolume: (percent) => player.setVolume(percent),
    setVoiceVolume: (voiceId, percent) => player.setVoiceVolume(voiceId, percent),
    close: () => {
      isClosing = true
      return player.close()
    },
  }
}

/** Three seconds of beeps, above whatever is planned and below an emergency. */
export function makeIdentifyVoice(now: InstantMs): Voice {
  const bytes = synthesiseBeep({ frequencyHz: 880, toneMs: 300, pauseMs: 200, count: 6, levelDb: -9 })
  return {
    voiceId: newId(now),
    level: 'live',
    startAtMs: now,
    late: 'from-start',
    segments: [{ segmentId: 'identify', media: { bytes }, gainDb: 0, gapAfterMs: 0 }],
  }
}

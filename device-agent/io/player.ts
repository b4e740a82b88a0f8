import type { PlayerEvent, Voice } from './audio/voice.ts'

/** What the agent asks of whatever owns the sound device. Results come as events. */
export interface Player {
  readonly load: (voice: Voice) => void
  readonly stop: (voiceId: string) => void
  readonly setVolume: (percent: number) => void
  readonly close: () => Promise<void>
}

/** Starts a player. `onFailure` is told when it ends by itself: all its voices are lost then. */
export type StartPlayer = (options: {
  readonly volumePercent: number
  readonly onEvent: (event: PlayerEvent) => void
  readonly onFailure: (error: Error) => void
}) => Player

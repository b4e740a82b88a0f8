import { readdir } from 'node:fs/promises'
import { onTestFinished } from 'vitest'
import { type Agent, startAgent } from '#agent/agent.ts'
import { type Clock, systemClock } from '#agent/clock.ts'
import type { AmplifierConfig } from '#agent/io/amplifier.ts'
import { PlayerLoop } from '#agent/io/audio/player-loop.ts'
import type { PlayerEvent, SinkConfig } from '#agent/io/audio/voice.ts'
import type { StartPlayer } from '#agent/io/player.ts'
import type { TimeSources } from '#agent/io/time-sources.ts'
import { makeOccurrenceId } from '#protocol/ids.ts'
import type { LedgerEntry } from '#protocol/ledger.ts'
import { type PlannedOccurrence, plannedOccurrence } from '#protocol/target.ts'
import { instantMs } from '#protocol/time.ts'
import { makeToneWav } from '../../support/tones.ts'
import { id, makeLog, someBoot } from './fixtures.ts'
import type { ServerDouble } from './server-double.ts'

export type Entry<T extends LedgerEntry['type']> = Extract<LedgerEntry, { type: T }>

/** Whether an entry is one of this type, and such a one. */
export const isEntry =
  <T extends LedgerEntry['type']>(type: T, test: (entry: Entry<T>) => boolean = () => true) =>
  (entry: LedgerEntry): boolean =>
    entry.type === type && test(entry as Entry<T>)

/** The real player, with its null sink (in real time) if nobody listens, in this thread. */
export function playHere(
  heard: PlayerEvent[],
  clock: Clock = systemClock,
  sink: SinkConfig = { kind: 'null', bufferMs: 60 },
): StartPlayer {
  return ({ onEvent, onFailure, volumePercent }) => {
    let onClosed = (): void => {}
    const loop = new PlayerLoop(
      sink,
      clock,
      (event) => {
        heard.push(event)
        onEvent(event)
        if (event.type === 'closed') onClosed()
      },
      (error) => onFailure(error instanceof Error ? error : new Error(String(error))),
    )
    loop.handle({ type: 'set-volume', percent: volumePercent })
    loop.start().catch((error: unknown) => onFailure(error instanceof Error ? error : new Error(String(error))))
    return {
      load: (voice) => loop.handle({ type: 'load', voice }),
      stop: (voiceId) => loop.handle({ type: 'stop', voiceId }),
      setVolume: (percent) => loop.handle({ type: 'set-volume', percent }),
      setVoiceVolume: (voiceId, percent) => loop.handle({ type: 'set-voice-volume', voiceId, percent }),
      close: () =>
        new Promise((resolve) => {
          onClosed = resolve
          loop.handle({ type: 'close' })
        }),
    }
  }
}

/** A machine without NTP and hardware clock, as a Pi is without the network. */
export const noTimeSources: TimeSources = { isNtpSynchronised: () => undefined, readRtc: async () => undefined }

/** A whole agent in this process, on real files, against the server double; it has said hello when this resolves. */
export async function launch(
  server: ServerDouble,
  stateDir: string,
  {
    sink,
    ...change
  }: {
    clock?: Clock
    bootId?: typeof someBoot
    timeSources?: TimeSources
    amplifier?: AmplifierConfig
    sink?: SinkConfig
  } = {},
): Promise<{ agent: Agent; heard: PlayerEvent[]; lines: string[]; restarts: () => number }> {
  const heard: PlayerEvent[] = []
  const { log, lines } = makeLog()
  let restarts = 0
  const before = server.hellos.all.length
  const agent = await startAgent({
    stateDir,
    identity: server.identity,
    hardwareSerial: server.identity.hardwareSerial,
    bootId: someBoot,
    agentVersion: '0.0.0-test',
    clipCacheMaxBytes: 100_000_000,
    minFreeBytes: 0,
    clock: systemClock,
    timeSources: noTimeSources,
    random: () => 0,
    startPlayer: playHere(heard, change.clock, sink),
    log,
    onRestart: () => {
      restarts += 1
    },
    ...change,
  })
  let isStopped = false
  const stopOnce = async (): Promise<void> => {
    if (isStopped) return
    await agent.stop()
    isStopped = true
    // Whoever has stopped writes nothing any more: the next run, or the end of the test, owns the folder now.
    const unfinished = (await readdir(stateDir, { recursive: true })).filter((name) => name.endsWith('.new'))
    if (unfinished.length > 0) throw new Error(`stopped while writing ${unfinished.join()}`)
  }
  onTestFinished(stopOnce)
  await server.hellos.find(() => server.hellos.all.length > before)
  return { agent: { stop: stopOnce }, heard, lines, restarts: () => restarts }
}

export const tone = (frequencyHz: number, durationMs: number): Uint8Array => makeToneWav([{ frequencyHz, durationMs }])

/** An occurrence of these tones, its clips known to the server; in the double's time. */
export function planTones(
  server: ServerDouble,
  startsInMs: number,
  tones: readonly { frequencyHz: number; durationMs: number }[],
  change: Partial<PlannedOccurrence> = {},
): PlannedOccurrence {
  const startAt = systemClock.now() + server.double.timeOffsetMs + startsInMs
  return plannedOccurrence.parse({
    occurrenceId: makeOccurrenceId(id(), startAt),
    title: 'Bản tin',
    startAt,
    latestEndAt: startAt + 600_000,
    priority: 'normal',
    order: 0,
    lateStart: 'join',
    leadIn: null,
    items: tones.map(({ frequencyHz, durationMs }, index) => ({
      itemId: id(),
      clip: server.addBlob(tone(frequencyHz, durationMs)),
      durationMs,
      language: 'vi',
      offsetMs: tones.slice(0, index).reduce((sum, before) => sum + before.durationMs, 0),
      volumePercent: 100,
    })),
    ...change,
  })
}

/** A clock that is a whole number of milliseconds ahead of this machine's. */
export const aheadBy = (offsetMs: number): Clock => ({
  ...systemClock,
  now: () => instantMs.parse(systemClock.now() + offsetMs),
})

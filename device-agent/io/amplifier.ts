import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Clock } from '#agent/clock.ts'
import type { PlayerEvent, Voice } from './audio/voice.ts'
import type { Log } from './log.ts'
import type { Player } from './player.ts'

/** How long a command gets to end by itself before it is ended. */
const GRACE_MS = 1_000

export type AmplifierConfig = {
  /** Program and arguments, run without a shell; `{state}` in them becomes 1 or 0. */
  readonly command: readonly string[]
  /** On so long before sound, and off so long after it. */
  readonly leadMs: number
  readonly holdMs: number
}

/** A player whose amplifier is on only around sound, so that nothing hums when idle. */
export interface AmplifiedPlayer extends Player {
  /** What the player told: voices end. */
  take(event: PlayerEvent): void
  /** The player is gone, and its voices with it. */
  lose(): void
}

/**
 * Switches by a command: one that ends at once (`gpioset` of libgpiod 1), or one that holds the line for as long as it runs
 * (libgpiod 2) and is ended before the next. A command that fails is told, and the sound goes on: it may be heard all the
 * same. Off at the start, whatever an earlier run left behind, and at the end.
 */
export function switchAmplifier(options: {
  readonly player: Player
  readonly config: AmplifierConfig
  readonly clock: Clock
  readonly log: Log
  readonly onFailing: (isFailing: boolean) => void
}): AmplifiedPlayer {
  const { player, config, clock, log } = options
  const startsAtMs = new Map<string, number>()
  let isOn = false
  let offAtMs: number | undefined
  let cancelTimer = (): void => {}
  let running: ChildProcess | undefined
  let switching: Promise<void> = Promise.resolve()

  /** Ends what holds the line, and waits until it has let go. */
  async function release(): Promise<void> {
    const child = running
    running = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'close')
    child.kill('SIGTERM')
    const cancel = clock.after(GRACE_MS, () => child.kill('SIGKILL'))
    await ended
    cancel()
  }

  async function run(on: boolean): Promise<void> {
    await release()
    const [program = '', ...args] = config.command.map((word) => word.replaceAll('{state}', on ? '1' : '0'))
    const fail = (detail: Record<string, unknown>): void => {
      log.error('the amplifier could not be switched', { on, program, ...detail })
      options.onFailing(true)
    }
    const child = spawn(program, args, { stdio: 'ignore' })
    child.on('error', (cause) => {
      if (running === child) running = undefined
      fail({ cause })
    })
    child.on('exit', (code, signal) => {
      // Ended by us, for the next one.
      if (running !== child) return
      if (code === 0) options.onFailing(false)
      else fail({ code, signal })
    })
    running = child
    log.debug('amplifier', { on })
  }

  function set(on: boolean): void {
    isOn = on
    switching = switching.then(() => run(on)).catch((cause: unknown) => log.error('switching failed', { cause }))
  }

  /** On when something sounds or is about to, off a while after the last sound. */
  function decide(): void {
    cancelTimer()
    const [nowMs, monotonicMs] = [clock.now(), clock.monotonicMs()]
    const waits = [...startsAtMs.values()].map((startAtMs) => startAtMs - config.leadMs - nowMs)
    const isNeeded = waits.some((waitMs) => waitMs <= 0)
    if (isNeeded) offAtMs = undefined
    else if (isOn) offAtMs ??= monotonicMs + config.holdMs
    if (isNeeded && !isOn) set(true)
    if (offAtMs !== undefined && offAtMs <= monotonicMs) {
      offAtMs = undefined
      set(false)
    }
    const next = Math.min(
      ...waits.filter((waitMs) => waitMs > 0),
      ...(offAtMs === undefined ? [] : [offAtMs - monotonicMs]),
    )
    if (next !== Number.POSITIVE_INFINITY) cancelTimer = clock.after(next, decide)
  }

  set(false)

  return {
    ...player,
    load(voice) {
      const readyAtMs = clock.now() + config.leadMs
      // What begins at its beginning waits for the amplifier: the first words of an emergency count.
      const mustWait = voice.late === 'from-start' && !isOn && voice.startAtMs < readyAtMs
      const shifted: Voice = mustWait ? { ...voice, startAtMs: readyAtMs } : voice
      startsAtMs.set(voice.voiceId, shifted.startAtMs)
      decide()
      player.load(shifted)
    },
    take(event) {
      if (event.type === 'voice-ended' || event.type === 'refused') startsAtMs.delete(event.voiceId)
      if (event.type === 'voice-ended' || event.type === 'refused' || event.type === 'clock-stepped') decide()
    },
    lose() {
      startsAtMs.clear()
      decide()
    },
    async close() {
      await player.close()
      cancelTimer()
      set(false)
      await switching
      const last = running
      if (last !== undefined && last.exitCode === null && last.signalCode === null) {
        const cancel = clock.after(GRACE_MS, () => void release())
        await once(last, 'close').catch((cause: unknown) => log.debug('the amplifier’s command failed', { cause }))
        cancel()
      }
    },
  }
}

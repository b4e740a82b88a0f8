import type { Simulation } from './world.ts'

export const DAY_MS = 86_400_000
const [HOUR_MS, MINUTE_MS, SECOND_MS] = [3_600_000, 60_000, 1_000]
/** Midnight in Viet Nam. */
export const START_MS = Date.parse('2026-03-01T17:00:00Z')
export const DAYS = 21
const END_MS = START_MS + DAYS * DAY_MS

/** mulberry32: the same numbers for the same seed. */
export function draw(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export interface Act {
  readonly atMs: number
  readonly what: string
  /** How long afterwards every timer is played at its instant. */
  readonly closelyMs: number
  readonly run: (simulation: Simulation) => Promise<void> | void
}

const morning = { times: ['05:30:00', '11:00:00', '17:00:00'], durationsMs: [12_000, 8_000] }
const evening = { times: ['19:00:00'], durationsMs: [10_000], fromDay: 8 }
const offsetOf = (time: string): number => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return hours * HOUR_MS + minutes * MINUTE_MS
}
const localDate = (day: number): string => new Date(START_MS + day * DAY_MS + 7 * HOUR_MS).toISOString().slice(0, 10)

/** Every occurrence's start, by the calendar and not by the server. */
export const starts: readonly number[] = Array.from({ length: DAYS }, (_, day) => [
  ...morning.times.map((time) => START_MS + day * DAY_MS + offsetOf(time)),
  ...(day >= evening.fromDay ? evening.times.map((time) => START_MS + day * DAY_MS + offsetOf(time)) : []),
]).flat()
export const EXPECTED_ITEMS = DAYS * morning.times.length * 2 + (DAYS - evening.fromDay) * evening.times.length

const act = (atMs: number, what: string, closelyMs: number, run: Act['run']): Act => ({ atMs, what, closelyMs, run })
const synchronise = (atMs: number): Act => act(atMs, 'ntp', 20 * SECOND_MS, (each) => each.synchronise())

/** What anybody plans and the server does of itself. */
function listRoutine(): Act[] {
  const plan = (
    day: number,
    { times, durationsMs }: { times: readonly string[]; durationsMs: readonly number[] },
  ): Act =>
    act(START_MS + day * DAY_MS + MINUTE_MS, 'plan', MINUTE_MS, (each) => each.plan(times, localDate(day), durationsMs))
  const midnights = Array.from({ length: DAYS + 1 }, (_, day) =>
    act(START_MS + day * DAY_MS + 10_000, 'midnight', 5_000, (each) => each.delivery.tick()),
  )
  const around = starts.flatMap((startMs) => [
    act(startMs - 8_000, 'before', 52_000, async () => {}),
    // The server freezes what is expected at the start, and looks again afterwards.
    act(startMs + 1, 'begins', 0, (each) => each.occurrences.advance()),
    act(startMs + 40_000, 'ends', 0, async (each) => {
      await each.occurrences.advance()
      await each.delivery.tick()
    }),
  ])
  return [plan(0, morning), plan(evening.fromDay, evening), ...midnights, ...around]
}

/** What befalls the device. `isAway`: a device without the network for sixteen of the days. */
export function writeScript(random: () => number, isAway: boolean): Act[] {
  const between = (from: number, to: number): number => Math.round(from + random() * (to - from))
  const acts: Act[] = []
  const power = (atMs: number, offMs: number): void => {
    acts.push(act(atMs, 'power off', 0, (each) => each.powerOff()))
    acts.push(
      act(atMs + offMs, `power on after ${Math.round(offMs / SECOND_MS)} s`, MINUTE_MS, (each) => each.powerOn()),
    )
    acts.push(synchronise(atMs + offMs + 40 * SECOND_MS))
  }
  const network = (atMs: number, offMs: number): void => {
    acts.push(act(atMs, 'network cut', 5 * SECOND_MS, (each) => each.cutNetwork()))
    acts.push(
      act(atMs + offMs, `network back after ${Math.round(offMs / HOUR_MS)} h`, 2 * MINUTE_MS, (each) =>
        each.healNetwork(),
      ),
    )
    acts.push(synchronise(atMs + offMs + MINUTE_MS))
  }
  /** Often in the middle of an occurrence, since there it hurts. */
  const pickInstant = (fromMs: number): number => {
    const next = starts.find((startMs) => startMs > fromMs)
    return random() < 0.6 && next !== undefined ? next + between(-4_000, 22_000) : fromMs + between(0, 6 * HOUR_MS)
  }
  if (isAway) network(START_MS + 3 * DAY_MS + between(0, DAY_MS), 16 * DAY_MS)
  for (let atMs = START_MS + 2 * HOUR_MS; atMs < END_MS - DAY_MS; atMs += between(4 * HOUR_MS, 30 * HOUR_MS)) {
    const instant = pickInstant(atMs)
    const kind = random()
    if (kind < 0.4) power(instant, random() < 0.5 ? between(5_000, 90_000) : between(HOUR_MS, 9 * HOUR_MS))
    else if (kind < 0.55) acts.push(act(instant, 'agent restarts', 30_000, (each) => each.restartAgent()))
    else if (kind < 0.75) {
      const byMs = between(-2 * HOUR_MS, 2 * HOUR_MS) * (random() < 0.3 ? 0.0005 : 1)
      acts.push(act(instant, `clock set by ${byMs} ms`, 30_000, (each) => each.stepClock(Math.round(byMs))))
      acts.push(synchronise(instant + between(20_000, 20 * MINUTE_MS)))
    } else if (!isAway) network(instant, between(HOUR_MS, 40 * HOUR_MS))
  }
  const last = [
    act(END_MS, 'end', 0, async (each) => {
      each.healNetwork()
      await each.powerOn()
    }),
    synchronise(END_MS + 40_000),
  ]
  return [...listRoutine(), ...acts, ...last].sort((a, b) => a.atMs - b.atMs)
}

/** Longest stretch over which time hops. */
const HOP_MS = 4 * HOUR_MS

export async function perform(
  simulation: Simulation,
  script: readonly Act[],
  tell: (line: string) => void,
): Promise<void> {
  const { time } = simulation
  await simulation.powerOn()
  simulation.synchronise()
  let closelyUntilMs = START_MS + MINUTE_MS
  const goTo = async (ms: number): Promise<void> => {
    await simulation.playTo(Math.min(ms, closelyUntilMs))
    while (time.nowMs < ms) await simulation.hopTo(Math.min(ms, time.nowMs + HOP_MS))
  }
  for (const { atMs, what, closelyMs, run } of script) {
    await goTo(atMs)
    if (!['before', 'begins', 'ends', 'midnight', 'ntp'].includes(what))
      tell(`${new Date(time.nowMs).toISOString()} ${what}`)
    await run(simulation)
    closelyUntilMs = Math.max(closelyUntilMs, atMs + closelyMs)
  }
  closelyUntilMs = END_MS + 10 * MINUTE_MS
  await goTo(closelyUntilMs)
}

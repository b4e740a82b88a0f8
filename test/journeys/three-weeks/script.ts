import {
  type Act,
  act,
  type Between,
  DAY_MS,
  DAYS,
  END_MS,
  HOUR_MS,
  MINUTE_MS,
  type Script,
  SECOND_MS,
  START_MS,
} from './script-acts.ts'
import { writePlans } from './script-plans.ts'
import type { Simulation } from './world.ts'

const synchronise = (atMs: number): Act => act(atMs, 'ntp', 20 * SECOND_MS, (each) => each.synchronise())

/** Power, network and clock, as they come. */
function writeOutages(random: () => number, between: Between, starts: readonly number[], isAway: boolean): Act[] {
  const acts: Act[] = []
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
  /** So that each kind occurs: the agent restarts, the clock is set, the power goes, and the network. */
  const eachOnce = [0.5, 0.7, 0.1, 0.9]
  if (isAway) network(START_MS + 3 * DAY_MS + between(0, DAY_MS), 16 * DAY_MS)
  for (let atMs = START_MS + 2 * HOUR_MS; atMs < END_MS - DAY_MS; atMs += between(4 * HOUR_MS, 30 * HOUR_MS)) {
    const instant = pickInstant(atMs)
    const kind = eachOnce.shift() ?? random()
    if (kind < 0.4)
      acts.push(...cutPower(instant, random() < 0.5 ? between(5_000, 90_000) : between(HOUR_MS, 9 * HOUR_MS)))
    else if (kind < 0.55) acts.push(act(instant, 'agent restarts', 30_000, (each) => each.restartAgent()))
    else if (kind < 0.75) {
      const byMs = between(-2 * HOUR_MS, 2 * HOUR_MS) * (random() < 0.3 ? 0.0005 : 1)
      acts.push(act(instant, `clock set by ${byMs} ms`, 30_000, (each) => each.stepClock(Math.round(byMs))))
      acts.push(synchronise(instant + between(20_000, 20 * MINUTE_MS)))
    } else if (!isAway) network(instant, between(HOUR_MS, 40 * HOUR_MS))
  }
  return acts
}

function cutPower(atMs: number, offMs: number, meanwhile: readonly Act[] = []): Act[] {
  return [
    act(atMs, 'power off', 0, (each) => each.powerOff()),
    ...meanwhile,
    act(atMs + offMs, `power on after ${Math.round(offMs / SECOND_MS)} s`, MINUTE_MS, (each) => each.powerOn()),
    synchronise(atMs + offMs + 40 * SECOND_MS),
  ]
}

/** What befalls the memory card: all of it while something is to play, since there it hurts. */
function writeCardFaults(random: () => number, between: Between, starts: readonly number[]): Act[] {
  const near = (beforeMs: number, afterMs: number): number =>
    (starts[between(6, starts.length - 8)] ?? START_MS) + between(-beforeMs, afterMs)
  const faults: [string, (simulation: Simulation) => Promise<boolean>][] = [
    ['clip damaged', ({ card }) => card.damageClip(random)],
    ['state damaged', ({ card }) => card.damageState(random)],
    ['ledger torn', ({ card, ledgerId }) => card.tearLedger(ledgerId)],
  ]
  const damages = faults.flatMap(([what, damage]) =>
    Array.from({ length: 2 }).flatMap(() => {
      const atMs = near(MINUTE_MS, 15_000)
      return cutPower(atMs, between(5_000, 90_000), [
        act(atMs, what, 0, (each) => (each.isOn() ? false : damage(each))),
      ])
    }),
  )
  const full = Array.from({ length: 2 }).flatMap(() => {
    const atMs = near(5 * MINUTE_MS, 15_000)
    return [
      act(atMs, 'card full', MINUTE_MS, (each) => each.fillCard()),
      act(atMs + between(2 * MINUTE_MS, 20 * HOUR_MS), 'card freed', MINUTE_MS, (each) => each.freeCard()),
    ]
  })
  return [...damages, ...full]
}

/** What befalls the device. `isAway`: a device without the network for sixteen of the days. */
export function writeScript(random: () => number, isAway: boolean): Script {
  const between: Between = (from, to) => Math.round(from + random() * (to - from))
  const { acts, planned, suspended, starts } = writePlans(random, between, isAway)
  const midnights = Array.from({ length: DAYS + 1 }, (_, day) =>
    act(START_MS + day * DAY_MS + 10_000, 'midnight', 5_000, (each) => each.delivery.tick()),
  )
  const around = planned
    .flatMap(({ versions }) => versions.flatMap(({ startMs }) => startMs ?? []))
    .flatMap((startMs) => [
      act(startMs - 8_000, 'before', 52_000, () => {}),
      // The server freezes what is expected at the start, and looks again afterwards.
      act(startMs + 1, 'begins', 0, (each) => each.occurrences.advance()),
      act(startMs + 40_000, 'ends', 0, async (each) => {
        await each.occurrences.advance()
        await each.delivery.tick()
      }),
    ])
  const last = [
    act(END_MS, 'end', 0, async (each) => {
      each.healNetwork()
      await each.freeCard()
      await each.powerOn()
    }),
    synchronise(END_MS + 40_000),
  ]
  const outages = [...writeOutages(random, between, starts, isAway), ...writeCardFaults(random, between, starts)]
  const all = [...midnights, ...acts, ...around, ...outages, ...last]
  return { acts: all.sort((a, b) => a.atMs - b.atMs), planned, suspended }
}

/** Longest stretch over which time hops. */
const HOP_MS = 4 * HOUR_MS
/** What nobody wants to read of. */
const usual = ['before', 'begins', 'ends', 'midnight', 'ntp']

/** Lives through it; answers what happened, by kind. */
export async function perform(
  simulation: Simulation,
  script: readonly Act[],
  tell: (line: string) => void,
): Promise<Set<string>> {
  const { time, horn } = simulation
  const happened = new Set<string>()
  await simulation.powerOn()
  simulation.synchronise()
  let closelyUntilMs = START_MS + MINUTE_MS
  const goTo = async (ms: number): Promise<void> => {
    await simulation.playTo(Math.min(ms, closelyUntilMs))
    while (time.nowMs < ms) {
      if (horn.isBusy) await simulation.playTo(Math.min(ms, time.nowMs + 10 * SECOND_MS))
      else await simulation.hopTo(Math.min(ms, time.nowMs + HOP_MS))
    }
  }
  for (const { atMs, what, closelyMs, run } of script) {
    await goTo(atMs)
    const hasHappened = (await run(simulation)) !== false
    if (hasHappened) happened.add(what.replace(/ (after|by|of) .*/, ''))
    if (!usual.includes(what)) tell(`${new Date(time.nowMs).toISOString()} ${what}${hasHappened ? '' : ': not now'}`)
    closelyUntilMs = Math.max(closelyUntilMs, atMs + closelyMs)
  }
  closelyUntilMs = END_MS + 10 * MINUTE_MS
  await goTo(closelyUntilMs)
  return happened
}

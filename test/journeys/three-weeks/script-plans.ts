import {
  type Act,
  act,
  type Between,
  DAY_MS,
  DAYS,
  END_MS,
  HOUR_MS,
  lastVersion,
  MINUTE_MS,
  type Planned,
  type Script,
  SECOND_MS,
  START_MS,
} from './script-acts.ts'

const morning = {
  name: 'morning',
  times: ['05:30:00', '11:00:00', '17:00:00'],
  durationsMs: [12_000, 8_000],
  fromDay: 0,
}
const evening = { name: 'evening', times: ['19:00:00'], durationsMs: [10_000], fromDay: 8 }
const LOCAL_MS = 7 * HOUR_MS
const offsetOf = (time: string): number => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return hours * HOUR_MS + minutes * MINUTE_MS
}
const localDate = (ms: number): string => new Date(ms + LOCAL_MS).toISOString().slice(0, 10)
const localTime = (ms: number): string => new Date(ms + LOCAL_MS).toISOString().slice(11, 19)
const endOfDay = (ms: number): number => START_MS + (Math.floor((ms - START_MS) / DAY_MS) + 1) * DAY_MS

/** Every occurrence of what is planned to go on, by the calendar. */
function listRoutine(): { acts: Act[]; planned: Planned[] } {
  const acts = [morning, evening].map(({ name, times, durationsMs, fromDay }) => {
    const firstDate = localDate(START_MS + fromDay * DAY_MS)
    return act(START_MS + fromDay * DAY_MS + MINUTE_MS, 'planned', MINUTE_MS, (each) =>
      each.plan.plan(name, { times, durationsMs, firstDate, isDaily: true, priority: 'normal' }),
    )
  })
  const planned = Array.from({ length: DAYS }, (_, day) =>
    [morning, evening].flatMap(({ name, times, durationsMs, fromDay }) =>
      (day >= fromDay ? times : []).map((time) => {
        const startMs = START_MS + day * DAY_MS + offsetOf(time)
        return { name, originalMs: startMs, versions: [{ sinceMs: START_MS + fromDay * DAY_MS, startMs, durationsMs }] }
      }),
    ),
  ).flat()
  return { acts, planned }
}

/** What is planned, and what people do to it; no occurrence is touched twice but by something of a higher priority. */
export function writePlans(
  random: () => number,
  between: Between,
  isAway: boolean,
): Script & { readonly starts: readonly number[] } {
  const { acts, planned } = listRoutine()
  const starts = planned.map(({ originalMs }) => originalMs)
  // Whoever is away for sixteen days hears of little in between.
  const isHeardOf = ({ originalMs }: Planned): boolean =>
    originalMs < START_MS + 3 * DAY_MS || originalMs > END_MS - 1.5 * DAY_MS
  const free = planned.filter(({ originalMs }) => originalMs > START_MS + HOUR_MS && originalMs < END_MS - HOUR_MS)
  function take(): Planned {
    const among = isAway && random() < 0.6 ? free.filter(isHeardOf) : free
    const one = among[between(0, among.length - 1)]
    if (one === undefined) throw new Error('no occurrence is left')
    free.splice(free.indexOf(one), 1)
    return one
  }
  /** Some hours before, or in the last seconds, when the device has given it to its player already. */
  function beforeOf({ versions, originalMs }: Planned): number {
    const knownMs = (versions[0]?.sinceMs ?? START_MS) + 2 * MINUTE_MS
    const isLate = random() < 0.6
    const aheadMs = isLate ? between(2_500, random() < 0.7 ? 4_900 : 20_000) : between(2 * MINUTE_MS, 20 * HOUR_MS)
    return Math.max(knownMs, originalMs - aheadMs)
  }
  const edit = (what: string, change: (one: Planned, atMs: number) => Act['run']): void => {
    const one = take()
    const atMs = beforeOf(one)
    acts.push(act(atMs, `${what} of ${new Date(one.originalMs).toISOString()}`, 30 * SECOND_MS, change(one, atMs)))
  }
  const revise = (one: Planned, sinceMs: number, change: Partial<Planned['versions'][number]>): void => {
    one.versions.push({ ...lastVersion(one), sinceMs, ...change })
  }

  for (let n = 0; n < 2; n++) {
    edit('moved', (one, atMs) => {
      const toMs = one.originalMs + between(5, 40) * MINUTE_MS
      revise(one, atMs, { startMs: toMs })
      return ({ plan }) => plan.move(one.name, one.originalMs, toMs)
    })
    edit('replaced', (one, atMs) => {
      const durationsMs = [between(3, 9) * SECOND_MS]
      revise(one, atMs, { durationsMs })
      return ({ plan }) => plan.replace(one.name, one.originalMs, durationsMs)
    })
    edit('cancelled', (one, atMs) => {
      revise(one, atMs, { startMs: null })
      const restoredMs = atMs + Math.round((one.originalMs - atMs) / 2)
      if (random() < 0.3) {
        revise(one, restoredMs, { startMs: one.originalMs })
        acts.push(act(restoredMs, 'restored', 30 * SECOND_MS, ({ plan }) => plan.restore(one.name, one.originalMs)))
      }
      return ({ plan }) => plan.cancel(one.name, one.originalMs)
    })
  }
  for (let n = 0; n < 4; n++) {
    // Over, or just before, something lower: that is held in the middle, or follows on.
    edit('higher planned', (one, atMs) => {
      const name = `higher ${n}`
      const startMs = Math.max(one.originalMs + between(-6, 14) * SECOND_MS, Math.ceil(atMs / 1_000 + 2) * 1_000)
      const durationsMs = [between(3, 7) * SECOND_MS]
      planned.push({ name, originalMs: startMs, versions: [{ sinceMs: atMs, startMs, durationsMs }] })
      const [times, firstDate] = [[localTime(startMs)], localDate(startMs)]
      return ({ plan }) => plan.plan(name, { times, firstDate, durationsMs, isDaily: false, priority: 'priority' })
    })
  }
  const suspended = [0, 1].map((n) => {
    const fromMs = take().originalMs + between(-30 * MINUTE_MS, 15 * SECOND_MS)
    const toMs = Math.min(fromMs + between(HOUR_MS, 8 * HOUR_MS), endOfDay(fromMs) - MINUTE_MS)
    acts.push(act(fromMs, 'suspended', 30 * SECOND_MS, ({ plan }) => plan.suspend(n, localDate(fromMs))))
    acts.push(act(toMs, 'lifted', 30 * SECOND_MS, ({ plan }) => plan.lift(n)))
    return { fromMs, toMs }
  })
  return { acts, planned, suspended, starts }
}

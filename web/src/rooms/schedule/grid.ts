/**
 * The week as a picture: hours in which nothing sounds shrink, and every broadcast, however short, is high enough to be
 * read. Times are minutes of the local day.
 */
export interface Span {
  readonly id: string
  readonly date: string
  readonly fromMinute: number
  readonly toMinute: number
}
export interface Mark {
  readonly minute: number
  readonly y: number
}
export interface Place {
  readonly top: number
  readonly height: number
  /** Side by side with what overlaps it: which of how many. */
  readonly lane: number
  readonly lanes: number
}
export interface Grid {
  readonly height: number
  readonly marks: readonly Mark[]
  readonly idle: readonly { readonly top: number; readonly height: number }[]
  readonly places: ReadonlyMap<string, Place>
}

/** A time and two lines of a title. */
const cardHeight = 66
/** Half as wide, so a line more. */
const narrowCardHeight = 100
const idleHeight = 22
/** So long without any broadcast on any day is idle. */
const idleMinutes = 45
const pxPerMinute = 0.5
const mostGap = 14

/** Overlapping ones of a day get lanes; a cluster shares its width. Also by what is drawn: a short one is drawn higher. */
function findLanes(spans: readonly Span[]): Map<string, { lane: number; lanes: number }> {
  const found = new Map<string, { lane: number; lanes: number }>()
  let cluster: { id: string; lane: number }[] = []
  let ends: number[] = []
  const close = (): void => {
    for (const { id, lane } of cluster) found.set(id, { lane, lanes: ends.length })
    cluster = []
    ends = []
  }
  for (const { id, fromMinute, toMinute } of [...spans].sort((a, b) => a.fromMinute - b.fromMinute)) {
    if (ends.every((end) => end <= fromMinute)) close()
    const free = ends.findIndex((end) => end <= fromMinute)
    const lane = free === -1 ? ends.length : free
    ends[lane] = Math.max(toMinute, fromMinute + 1)
    cluster.push({ id, lane })
  }
  close()
  return found
}

/** Lays a week out; `spans` of all its days, which share one scale. */
export function layOut(spans: readonly Span[]): Grid {
  const days = [...new Set(spans.map(({ date }) => date))]
  const lanes = new Map(days.flatMap((date) => [...findLanes(spans.filter((span) => span.date === date))]))
  const minutes = [
    ...new Set(spans.flatMap(({ fromMinute, toMinute }) => [fromMinute, Math.max(toMinute, fromMinute + 1)])),
  ]
  minutes.sort((a, b) => a - b)
  const y = new Map<number, number>()
  const idle: { top: number; height: number }[] = []
  let before: number | undefined
  let at = idleHeight
  for (const minute of minutes) {
    if (before !== undefined) {
      const from = before
      const isBusy = spans.some(({ fromMinute, toMinute }) => fromMinute <= from && toMinute > from)
      const gap = minute - from
      if (!isBusy && gap >= idleMinutes) {
        idle.push({ top: at, height: idleHeight })
        at += idleHeight
      } else at += isBusy ? gap * pxPerMinute : Math.min(mostGap, gap * pxPerMinute)
    }
    // Whatever ends here began high enough above.
    for (const { id, fromMinute, toMinute } of spans) {
      if (Math.max(toMinute, fromMinute + 1) !== minute) continue
      const least = (lanes.get(id)?.lanes ?? 1) > 1 ? narrowCardHeight : cardHeight
      at = Math.max(at, (y.get(fromMinute) ?? 0) + least)
    }
    y.set(minute, at)
    before = minute
  }
  const height = at + idleHeight
  const marks = [
    { minute: 0, y: 0 },
    ...minutes.map((minute) => ({ minute, y: y.get(minute) ?? 0 })),
    { minute: 1440, y: height },
  ]
  const places = new Map(
    spans.map(({ id, fromMinute, toMinute }) => {
      const top = y.get(fromMinute) ?? 0
      const bottom = y.get(Math.max(toMinute, fromMinute + 1)) ?? 0
      return [id, { top, height: bottom - top, ...(lanes.get(id) ?? { lane: 0, lanes: 1 }) }]
    }),
  )
  const ends = [
    { top: 0, height: idleHeight },
    { top: at, height: idleHeight },
  ]
  return { height, marks, idle: [...ends, ...idle], places }
}

/** Where a minute of the day lies. */
export function yOf({ marks }: Pick<Grid, 'marks'>, minute: number): number {
  const next = marks.findIndex((mark) => mark.minute >= minute)
  const [a, b] = [marks[Math.max(0, next - 1)], marks[next]]
  if (!a || !b) return 0
  const length = b.minute - a.minute
  return length === 0 ? b.y : a.y + ((b.y - a.y) * (minute - a.minute)) / length
}

/** Which minute of the day lies there, on full five minutes. */
export function minuteAt({ marks }: Pick<Grid, 'marks'>, y: number): number {
  const next = marks.findIndex((mark) => mark.y >= y)
  const [a, b] = [marks[Math.max(0, next - 1)], marks[next === -1 ? marks.length - 1 : next]]
  if (!a || !b) return 0
  const length = b.y - a.y
  const minute = length === 0 ? b.minute : a.minute + ((b.minute - a.minute) * (y - a.y)) / length
  return Math.min(1435, Math.max(0, Math.round(minute / 5) * 5))
}

/** `HH:MM[:SS]` → minutes of the day */
export const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))
export const timeOf = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

/**
 * The week as a picture: hours in which nothing sounds shrink, every broadcast, however short, is high enough to be
 * read, and those that overlap stand below each other at full width. Where many overlap (a province's communes all
 * begin at five) they are one stack. Times are minutes of the local day. Pure.
 */
export interface Span {
  readonly id: string
  readonly date: string
  readonly fromMinute: number
  readonly toMinute: number
  /** What its words need, in CSS pixels. */
  readonly leastHeight: number
}
export interface Mark {
  readonly minute: number
  readonly y: number
}
export interface Place {
  readonly top: number
  readonly height: number
}
/** Many that overlap, drawn as one. */
export interface Stack extends Place {
  readonly key: string
  readonly date: string
  readonly fromMinute: number
  readonly toMinute: number
  /** In the order of their starts. */
  readonly ids: readonly string[]
}
export interface Grid {
  readonly height: number
  readonly marks: readonly Mark[]
  readonly idle: readonly Place[]
  readonly places: ReadonlyMap<string, Place>
  readonly stacks: readonly Stack[]
}

/** So many that overlap are still read one by one. */
const mostOverlapping = 3
/** Three lines: when, how many, the first of them. */
const stackHeight = 68
const idleHeight = 22
/** So long without any broadcast on any day is idle. */
const idleMinutes = 45
const pxPerMinute = 0.5
const mostGap = 14

interface Box extends Span {
  /** Of a stack; one broadcast alone has none. */
  readonly ids?: readonly string[]
}

const endOf = ({ fromMinute, toMinute }: Span): number => Math.max(toMinute, fromMinute + 1)
const inOrder = (a: Span, b: Span): number => a.fromMinute - b.fromMinute || a.toMinute - b.toMinute

/** Chains of those that overlap, of one day. */
function findClusters(spans: readonly Span[]): Span[][] {
  const clusters: Span[][] = []
  let until = Number.NEGATIVE_INFINITY
  for (const span of [...spans].sort(inOrder)) {
    const last = clusters.at(-1)
    if (last === undefined || span.fromMinute >= until) clusters.push([span])
    else last.push(span)
    until = Math.max(until, endOf(span))
  }
  return clusters
}

function stackUp(cluster: readonly Span[]): Box[] {
  const [first] = cluster
  if (first === undefined || cluster.length <= mostOverlapping) return [...cluster]
  const { date, fromMinute } = first
  const ids = cluster.map(({ id }) => id)
  const toMinute = Math.max(...cluster.map(endOf))
  return [{ id: `${date} ${fromMinute}`, date, fromMinute, toMinute, leastHeight: stackHeight, ids }]
}

/** Until when a box may be drawn: to its end, or to where the next one of its day begins. */
function edgeOf(box: Box, day: readonly Box[]): number {
  const later = day.filter(({ fromMinute }) => fromMinute > box.fromMinute).map(({ fromMinute }) => fromMinute)
  return Math.min(endOf(box), ...later)
}

/** Lays a week out; `spans` of all its days, which share one scale. */
export function layOut(spans: readonly Span[]): Grid {
  const dates = [...new Set(spans.map(({ date }) => date))]
  const days = dates.map((date) => findClusters(spans.filter((span) => span.date === date)).flatMap(stackUp))
  const boxes = days.flat()
  const edges = new Map(days.flatMap((day) => day.map((box) => [box.id, edgeOf(box, day)] as const)))
  /** What begins at the same minute of the same day stands below each other. */
  const starts = days.flatMap((day) =>
    [...new Set(day.map(({ fromMinute }) => fromMinute))].map((fromMinute) => {
      const together = day.filter((box) => box.fromMinute === fromMinute)
      const least = together.reduce((sum, box) => sum + box.leastHeight, 0)
      return { fromMinute, together, least, edge: Math.min(...together.map(({ id }) => edges.get(id) ?? fromMinute)) }
    }),
  )
  const minutes = [...new Set(boxes.flatMap((box) => [box.fromMinute, endOf(box)]))].sort((a, b) => a - b)
  const y = new Map<number, number>()
  const idle: Place[] = []
  let before: number | undefined
  let at = idleHeight
  for (const minute of minutes) {
    if (before !== undefined) {
      const from = before
      const isBusy = boxes.some((box) => box.fromMinute <= from && endOf(box) > from)
      const gap = minute - from
      if (!isBusy && gap >= idleMinutes) {
        idle.push({ top: at, height: idleHeight })
        at += idleHeight
      } else at += isBusy ? gap * pxPerMinute : Math.min(mostGap, gap * pxPerMinute)
    }
    // Whatever ends here began high enough above.
    for (const { fromMinute, least, edge } of starts) {
      if (edge === minute) at = Math.max(at, (y.get(fromMinute) ?? 0) + least)
    }
    y.set(minute, at)
    before = minute
  }
  const height = at + idleHeight
  const places = new Map<string, Place>()
  for (const { fromMinute, together } of starts) {
    let top = y.get(fromMinute) ?? 0
    for (const box of together) {
      const bottom = y.get(edges.get(box.id) ?? fromMinute) ?? top
      // Alone it is as high as it is long; of several that begin together each takes what it needs.
      const height = together.length === 1 ? bottom - top : box.leastHeight
      places.set(box.id, { top, height })
      top += height
    }
  }
  const marks = [
    { minute: 0, y: 0 },
    ...minutes.map((minute) => ({ minute, y: y.get(minute) ?? 0 })),
    { minute: 1440, y: height },
  ]
  const ends = [
    { top: 0, height: idleHeight },
    { top: at, height: idleHeight },
  ]
  const stacks = boxes.flatMap(({ id: key, ids, date, fromMinute, toMinute }) => {
    const place = places.get(key)
    return ids === undefined || place === undefined ? [] : [{ key, ids, date, fromMinute, toMinute, ...place }]
  })
  return { height, marks, idle: [...ends, ...idle], places, stacks }
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

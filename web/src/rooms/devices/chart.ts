/** One line of a chart: a figure each hour; null where nothing was measured. */
export interface Point {
  readonly atMs: number
  readonly value: number | null
}

export interface Scale {
  readonly low: number
  readonly high: number
  readonly ticks: readonly number[]
}

/** Round figures around all of these, three to five of them. */
export function scaleOf(values: readonly number[]): Scale {
  const [least, most] = [Math.min(...values), Math.max(...values)]
  const span = Math.max(most - least, Math.abs(most) * 0.02, 0.1)
  const rough = span / 3
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 5, 10].find((one) => one * power >= rough) ?? 10) * power
  const low = Math.floor(least / step) * step
  const high = Math.max(Math.ceil(most / step) * step, low + step)
  const count = Math.round((high - low) / step)
  return { low, high, ticks: Array.from({ length: count + 1 }, (_, at) => low + at * step) }
}

/** SVG path through the points; it breaks where an hour is missing. */
export function pathOf(points: readonly Point[], x: (atMs: number) => number, y: (value: number) => number): string {
  const gapMs = 2 * 3_600_000
  let path = ''
  let lastMs: number | undefined
  for (const { atMs, value } of points) {
    if (value === null) {
      lastMs = undefined
      continue
    }
    const isJoined = lastMs !== undefined && atMs - lastMs < gapMs
    const spot = `${x(atMs).toFixed(1)} ${y(value).toFixed(1)}`
    // A point alone is a dot: a line of no length with round ends.
    path += isJoined ? `L${spot}` : `M${spot}L${spot}`
    lastMs = atMs
  }
  return path
}

import type { Area, Occurrence } from '../../api/types.ts'
import { toInstant } from '../../time/zone.ts'
import { findClash } from './clashes.ts'
import { type Grid, minuteAt, timeOf } from './grid.ts'

/** A broadcast that is dragged over the week: by the mouse at once, by a finger after it has rested on it. */
export interface Drag {
  readonly moved:
    | { readonly occurrence: Occurrence; readonly toMs: number; readonly clash: Occurrence | undefined }
    | undefined
  /** Pressed: may become a drag, or stay a click. */
  grab(event: PointerEvent, occurrence: Occurrence): void
  pull(event: PointerEvent): void
  /** Undefined: it was no drag, or came back to where it was. */
  drop(): { occurrence: Occurrence; toMs: number; isClear: boolean } | undefined
  giveUp(): void
  /** Was the press that a click follows a drag? Asked once. */
  tookClick(): boolean
}

interface Place {
  readonly grid: Grid
  readonly days: readonly string[]
  readonly columns: HTMLElement | undefined
  readonly occurrences: readonly Occurrence[]
  readonly timeZone: string
  readonly nowMs: number
  areaById(id: string): Pick<Area, 'path'> | undefined
}

/** Taken for a click until it is moved so far, in CSS pixels. */
const slackPx = 6
/** A finger that rests so long means to drag, not to scroll. */
const restMs = 450

/** `place` is asked anew with each movement. To be made while a component is being set up. */
export function useDrag(place: () => Place): Drag {
  interface Press {
    readonly occurrence: Occurrence
    readonly x: number
    readonly y: number
    readonly grabY: number
    readonly isMoving: boolean
    readonly toMs: number
  }
  let press = $state.raw<Press | undefined>(undefined)
  let wasDragged = false
  let resting: ReturnType<typeof setTimeout> | undefined
  const clash = $derived(press?.isMoving ? clashAt(press.occurrence, press.toMs) : undefined)
  $effect(() => () => clearTimeout(resting))

  function clashAt(occurrence: Occurrence, startMs: number): Occurrence | undefined {
    const { occurrences, areaById } = place()
    const durationMs = Date.parse(occurrence.endAt) - Date.parse(occurrence.startAt)
    const others = occurrences.filter(({ id }) => id !== occurrence.id)
    return findClash({ startMs, durationMs, areaId: occurrence.areaId }, others, areaById)
  }
  function giveUp(): void {
    clearTimeout(resting)
    press = undefined
  }
  return {
    get moved() {
      return press?.isMoving ? { occurrence: press.occurrence, toMs: press.toMs, clash } : undefined
    },
    grab(event, occurrence) {
      wasDragged = false
      const card = event.currentTarget
      if (event.button !== 0 || !(card instanceof HTMLElement)) return
      const begun: Press = {
        occurrence,
        x: event.clientX,
        y: event.clientY,
        grabY: event.clientY - card.getBoundingClientRect().top,
        isMoving: false,
        toMs: Date.parse(occurrence.startAt),
      }
      press = begun
      if (event.pointerType === 'mouse') return
      resting = setTimeout(() => {
        press = { ...begun, isMoving: true }
      }, restMs)
    },
    pull(event) {
      if (press === undefined) return
      const { grid, days, columns, timeZone } = place()
      if (columns === undefined) return
      const isBeyond = Math.hypot(event.clientX - press.x, event.clientY - press.y) > slackPx
      if (!press.isMoving && isBeyond && event.pointerType !== 'mouse') return giveUp()
      const isMoving = press.isMoving || isBeyond
      const box = columns.getBoundingClientRect()
      const column = Math.min(6, Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * 7)))
      const minute = minuteAt(grid, event.clientY - box.top - press.grabY)
      const date = days[column]
      if (date !== undefined) press = { ...press, isMoving, toMs: toInstant(date, timeOf(minute), timeZone) }
    },
    drop() {
      const dropped = press
      giveUp()
      if (!dropped?.isMoving) return undefined
      wasDragged = true
      const { occurrence, toMs } = dropped
      if (toMs === Date.parse(occurrence.startAt)) return undefined
      return { occurrence, toMs, isClear: clashAt(occurrence, toMs) === undefined && toMs > place().nowMs }
    },
    giveUp,
    tookClick() {
      const took = wasDragged
      wasDragged = false
      return took
    },
  }
}

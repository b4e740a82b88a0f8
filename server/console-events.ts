import { randomBytes } from 'node:crypto'

/** What the consoles are told over server-sent events: which lists to read again, and progress. Published after the commit. */
export type ConsoleEvent =
  | {
      readonly kind:
        | 'devices'
        | 'clips'
        | 'bulletins'
        | 'programmes'
        | 'broadcasts'
        | 'occurrences'
        | 'alerts'
        | 'areas'
        | 'accounts'
        | 'airtime'
      readonly areaPath: readonly string[]
      readonly id?: string
      /** Of what sounds in some parts of the area only; undefined: in all of it. Whose area it is hears of it anyhow. */
      readonly aimedAt?: AimedAt | undefined
    }
  | {
      readonly kind: 'clip-progress'
      readonly areaPath: readonly string[]
      readonly id: string
      readonly stage: 'probing' | 'speaking' | 'normalising'
      readonly fraction: number
    }

/** Where something sounds within its area. */
export interface AimedAt {
  /** Paths of the areas in which it does, root first; null: all of it. */
  readonly paths: readonly (readonly string[])[] | null
  /** Areas within them that are left out. */
  readonly notIn: readonly string[]
}

export interface ConsoleEvents {
  publish(event: ConsoleEvent): void
  /** `listener` gets every event with a growing sequence number; the answer ends the subscription. */
  subscribe(listener: (sequence: number, event: ConsoleEvent) => void): () => void
  /** Drawn at each start, so that a number of an earlier run is never taken for one of this run. */
  readonly epoch: string
  /** Of the last event; whoever reads now, and hears all that comes after it, misses nothing. */
  readonly latest: number
  /** Events after `sequence`, or undefined when they are no longer all kept (the console then reads everything again). */
  since(sequence: number): readonly { readonly sequence: number; readonly event: ConsoleEvent }[] | undefined
}

/** Keeps the last `capacity` events, so that a console that was cut off for a moment goes on where it was. */
export function createConsoleEvents(capacity = 500, firstSequence = 1): ConsoleEvents {
  const kept: { sequence: number; event: ConsoleEvent }[] = []
  const listeners = new Set<(sequence: number, event: ConsoleEvent) => void>()
  let next = firstSequence
  return {
    epoch: randomBytes(6).toString('hex'),
    get latest() {
      return next - 1
    },
    publish(event) {
      const sequence = next++
      kept.push({ sequence, event })
      if (kept.length > capacity) kept.shift()
      for (const listener of listeners) listener(sequence, event)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    since(sequence) {
      const oldest = kept[0]?.sequence ?? next
      return sequence + 1 < oldest || sequence >= next ? undefined : kept.filter((one) => one.sequence > sequence)
    },
  }
}

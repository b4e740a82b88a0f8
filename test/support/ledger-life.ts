import fc from 'fast-check'
import { hashBytes, itemId, type OccurrenceId, playId } from '#protocol/ids.ts'
import type { PlaySubject } from '#protocol/ledger.ts'
import { instantMs } from '#protocol/time.ts'
import type { TestChain } from './enrolled-device.ts'

/** What a device may write down, as data; what follows from it for the airtime is known before any server sees it. */

const ITEM_MS = 30_000
const SLOT_MS = 60_000
const uuid = (kind: string, n: number): string => `0193a5a0-0000-7000-8000-${kind}${String(n).padStart(11, '0')}`

export const deed = fc.oneof(
  { arbitrary: fc.record({ type: fc.constant('boot' as const) }), weight: 1 },
  // Of a type that only a later version knows.
  { arbitrary: fc.record({ type: fc.constant('amplifier' as const) }), weight: 1 },
  { arbitrary: fc.record({ type: fc.constant('missed' as const) }), weight: 1 },
  {
    arbitrary: fc.record({
      type: fc.constant('play' as const),
      heardMs: fc.integer({ min: 0, max: ITEM_MS }),
      // Told twice: once when the agent went down, and by the next start from what lay on the card.
      ends: fc.constantFrom(0, 1, 1, 1, 2),
      isEndLate: fc.boolean(),
    }),
    weight: 4,
  },
)
export type Deed = typeof deed extends fc.Arbitrary<infer T> ? T : never

/** A row of `play` as far as it counts. */
export interface PlayTruth {
  readonly itemId: string
  readonly heardMs: number
  readonly outcome: string | null
}

/** Writes it all into the chain; answers, by play or by `ledger:number`, what a server must make of it. */
export function writeLife(
  chain: TestChain,
  deeds: readonly Deed[],
  occurrenceId: OccurrenceId,
  fromMs: number,
  mark = 0,
) {
  const truth = new Map<string, PlayTruth>()
  const late: (() => void)[] = []
  for (const [index, one] of deeds.entries()) {
    const atMs = fromMs + index * SLOT_MS
    const at = instantMs.parse(atMs)
    const item = itemId.parse(uuid('e', mark * 1_000 + index))
    const clip = hashBytes('clip')
    const missed = { type: 'missed', occurrenceId, itemId: item, clip, language: 'vi' } as const
    if (one.type === 'boot') chain.write({ type: 'boot', agentVersion: '0.1.0', cleanShutdown: true }, at)
    if (one.type === 'amplifier') chain.write({ type: 'amplifier', watts: 50 }, at)
    if (one.type === 'missed') {
      chain.write({ ...missed, plannedStartAt: at, reason: 'muted' }, at)
      truth.set(`${chain.id}:${chain.entries.length}`, { itemId: item, heardMs: 0, outcome: 'missed' })
    }
    if (one.type !== 'play') continue
    const { heardMs, ends, isEndLate } = one
    const id = playId.parse(uuid('d', mark * 1_000 + index))
    const play: PlaySubject = { playId: id, occurrenceId, alertId: null, itemId: item, clip, language: 'vi' }
    const outcome = heardMs === ITEM_MS ? 'played' : heardMs > 0 ? 'partial' : 'missed'
    chain.write({ type: 'play-started', play, plannedStartAt: at, fromMs: 0 }, at)
    truth.set(id, { itemId: item, heardMs: ends === 0 ? 0 : heardMs, outcome: ends === 0 ? null : outcome })
    const end = (): void => {
      for (const said of [heardMs, Math.floor(heardMs / 2)].slice(0, ends)) {
        const endedAt = instantMs.parse(atMs + said)
        const startedAt = said === 0 ? null : at
        const how = { outcome, reason: outcome === 'played' ? null : 'stopped' } as const
        chain.write({ type: 'play-ended', play, startedAt, endedAt, heardMs: said, volumePercent: 80, ...how }, endedAt)
      }
    }
    if (isEndLate) late.push(end)
    else end()
  }
  for (const end of late) end()
  return truth
}

/** Some entries of a chain, told when the chain had at least these. */
export const delivery = fc.record({
  isOther: fc.boolean(),
  /** Anywhere (modulo what there is), or so many entries before what the server asks for. */
  from: fc.oneof(fc.record({ at: fc.nat(200) }), fc.record({ back: fc.nat(3) })),
  count: fc.integer({ min: 0, max: 12 }),
  /** How many entries more the device had by then. */
  ahead: fc.nat(20),
})
export type Delivery = typeof delivery extends fc.Arbitrary<infer T> ? T : never

export function cut(chain: TestChain, { from, count, ahead }: Delivery, committed: number) {
  const { length } = chain.entries
  const first = 'at' in from ? from.at % (length + 1) : Math.min(length, Math.max(0, committed - from.back))
  const to = Math.min(length, first + count)
  return { from: first, to, entries: chain.entries.slice(first, to), head: chain.head(Math.min(length, to + ahead)) }
}

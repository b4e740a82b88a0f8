import { describe, expect, it } from 'vitest'
import { History } from '#agent/core/history.ts'
import { closeInterrupted, type HeardEvent, PlayRecord } from '#agent/core/play-record.ts'
import { itemKey } from '#agent/core/timeline.ts'
import { hashBytes, itemId, playId } from '#protocol/ids.ts'
import { type LedgerFact, type PlayReason, playSubject } from '#protocol/ledger.ts'
import { instantMs } from '#protocol/time.ts'
import { at, occurrence } from './plan.fixture.ts'

const start = at('2026-03-02T22:30:00Z')
const bulletin = occurrence(start, ['a'])
const subject = playSubject.parse({
  playId: '00000000-0000-7000-8000-00000000ffff',
  occurrenceId: bulletin.occurrenceId,
  alertId: null,
  itemId: bulletin.items[0]?.itemId,
  clip: hashBytes('a'),
  language: 'vi',
})

const record = (lateReason: PlayReason | null = null) =>
  new PlayRecord({ subject, plannedStartAt: start, volumePercent: 80, durationMs: 60_000, lateReason })

type Told = HeardEvent | { readonly type: 'stop'; readonly reason: PlayReason }

/** What the ledger gets for what the player tells. */
function tell(events: readonly Told[], lateReason: PlayReason | null = null) {
  const play = record(lateReason)
  return events
    .flatMap((event) => {
      if (event.type !== 'stop') return play.take(event)
      play.markStopping(event.reason)
      return []
    })
    .map((fact) => {
      if (fact.type === 'segment') return `segment ${fact.fromAt - start}…${fact.toAt - start}: ${fact.heardMs}`
      if (fact.type !== 'play-ended') return fact.type
      const from = fact.startedAt === null ? 'never' : fact.startedAt - start
      return `${fact.outcome} ${from}…${fact.endedAt - start}: ${fact.heardMs} ${fact.reason}`
    })
}

const began = (ms = 0, fromMs = 0): HeardEvent => ({ type: 'segment-started', atMs: start + ms, fromMs })
const held = (ms: number, positionMs: number): HeardEvent => ({ type: 'held', atMs: start + ms, positionMs })
const resumed = (ms: number, positionMs: number): HeardEvent => ({ type: 'resumed', atMs: start + ms, positionMs })
const ended = (
  ms: number,
  heardMs: number,
  reason?: Extract<HeardEvent, { type: 'segment-ended' }>['reason'],
): HeardEvent => ({
  type: 'segment-ended',
  endedAtMs: start + ms,
  heardMs,
  outcome: reason === undefined ? 'played' : 'partial',
  ...(reason === undefined ? {} : { reason }),
})
const over = (ms: number, outcome: 'played' | 'partial' = 'played'): HeardEvent => ({
  type: 'voice-ended',
  atMs: start + ms,
  outcome,
})

const cases: [string, readonly Told[], readonly string[]][] = [
  ['whole', [began(0.4), ended(60_000.4, 60_000), over(60_000.4)], ['played 0…60000: 60000 null']],
  [
    'held twice',
    [
      began(),
      held(10_000, 10_000),
      resumed(15_000, 10_000),
      held(20_000, 15_000),
      resumed(30_000, 15_000),
      ended(75_000, 60_000),
      over(75_000),
    ],
    ['segment 0…10000: 10000', 'segment 15000…20000: 5000', 'segment 30000…75000: 45000', 'played 0…75000: 60000 null'],
  ],
  [
    'held before its first sample, and then whole',
    [held(0, 0), resumed(5_000, 0), began(5_000), ended(65_000, 60_000), over(65_000)],
    ['played 5000…65000: 60000 null'],
  ],
  [
    'held, and its window was over',
    [began(), held(10_000, 10_000), ended(10_000, 10_000, 'preempted'), over(90_000, 'partial')],
    ['segment 0…10000: 10000', 'partial 0…10000: 10000 preempted'],
  ],
  [
    'stopped by a person',
    [began(), { type: 'stop', reason: 'stopped' }, ended(3_000, 3_000, 'stopped'), over(3_010, 'partial')],
    ['partial 0…3000: 3000 stopped'],
  ],
  [
    'muted before it began',
    [{ type: 'stop', reason: 'muted' }, ended(-1_000, 0, 'stopped'), over(-1_000, 'partial')],
    ['missed never…-1000: 0 muted'],
  ],
  [
    'the sound device failed for good',
    [began(), held(5_000, 5_000), ended(5_000, 5_000, 'sink-failed'), over(70_000, 'partial')],
    ['segment 0…5000: 5000', 'partial 0…5000: 5000 sound-device-failed'],
  ],
  [
    'cannot be decoded',
    [began(), ended(2_000, 2_000, 'decode-failed'), over(2_000, 'partial')],
    ['partial 0…2000: 2000 clip-corrupt'],
  ],
  [
    'an alert, three times over',
    [began(), ended(1_000, 1_000), began(2_000), ended(3_000, 1_000), began(4_000), ended(5_000, 1_000), over(5_000)],
    ['played 0…5000: 3000 null'],
  ],
]

describe('what the ledger gets for what the player tells', () => {
  it.each(cases)('%s', (_name, events, expected) => {
    expect(tell(events)).toEqual(expected)
  })

  it.each([['clip-missing'], ['power-lost']] as const)('late, because of %s', (reason) => {
    const events = [began(20_000, 20_000), ended(60_000, 40_000, 'joined-late'), over(60_000, 'partial')]
    expect(tell(events, reason)).toEqual([`partial 20000…60000: 40000 ${reason}`])
  })

  it('tells what plays now only while it sounds', () => {
    const play = record()
    expect(play.nowPlaying(start)).toBeNull()
    play.take(began())
    expect(play.nowPlaying(start)).toMatchObject({ startedAt: start, endsAt: start + 60_000 })
    play.take({ type: 'progress', heardMs: 10_000 })
    expect(play.nowPlaying(start + 10_000)?.endsAt).toBe(start + 60_000)
    play.take(held(10_000, 10_000))
    expect(play.nowPlaying(start + 11_000)).toBeNull()
  })

  it('a crash is closed by the last checkpoint', () => {
    const play = record()
    play.take(began())
    play.take({ type: 'progress', heardMs: 5_000 })
    const checkpoint = play.checkpoint(start + 5_100)
    expect(closeInterrupted(subject, checkpoint, start, 'power-lost', 80)).toMatchObject({
      startedAt: start,
      endedAt: start + 5_100,
      heardMs: 5_000,
      outcome: 'partial',
      reason: 'power-lost',
    })
  })

  it('without a checkpoint nothing is claimed to have sounded', () => {
    const never = { ...subject, playId: playId.parse('00000000-0000-7000-8000-00000000fffe') }
    const plannedAt = instantMs.parse(start)
    expect(closeInterrupted(never, undefined, plannedAt, 'agent-restarted', 80)).toMatchObject({
      startedAt: null,
      endedAt: plannedAt,
      heardMs: 0,
      outcome: 'missed',
    })
  })
})

describe('what the ledger’s story makes of an item', () => {
  const [item] = bulletin.items
  const key = itemKey(bulletin.occurrenceId, itemId.parse(item?.itemId), 'vi')
  const began: LedgerFact = { type: 'play-started', play: subject, plannedStartAt: start, fromMs: 0 }
  const over = (reason: PlayReason | null, startedAt: typeof start | null = start): LedgerFact => ({
    type: 'play-ended',
    play: subject,
    startedAt,
    endedAt: start,
    heardMs: 0,
    volumePercent: 80,
    outcome: startedAt === null ? 'missed' : reason === null ? 'played' : 'partial',
    reason,
  })
  it.each([
    ['played', [began, over(null)], 'settled'],
    ['begun, and nothing more: interrupted', [began], 'interrupted'],
    ['interrupted by a power cut: may come again', [began, over('power-lost')], 'interrupted'],
    ['stopped: never again', [began, over('stopped')], 'settled'],
    ['taken back before its first sample: may come again', [began, over('not-in-target', null)], 'interrupted'],
    ['taken back, planned again, played', [began, over('not-in-target', null), began, over(null)], 'settled'],
  ] as const)('%s', (_name, facts, expected) => {
    const history = new History()
    for (const fact of facts) history.apply(fact)
    expect(history.of(key)).toBe(expected)
  })
})

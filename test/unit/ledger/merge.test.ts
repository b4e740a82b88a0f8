import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hashBytes, ledgerId, makeOccurrenceId, newId } from '#protocol/ids.ts'
import { emptyLedgerHash } from '#protocol/link.ts'
import { type InstantMs, instantMs } from '#protocol/time.ts'
import { sumHeardMs } from '#server/airtime/rules.ts'
import { type PlayRow, projectEntries } from '#server/ledger/projection.ts'
import { decideIngest, judgeCompleteUntil, readEntries } from '#server/ledger/rules.ts'
import { createChain, type TestChain } from '../../support/enrolled-device.ts'
import { cut, deed, delivery, type PlayTruth, writeLife } from '../../support/ledger-life.ts'

/** However a ledger arrives, the same of it is stored, and nothing counts twice. */

const START = instantMs.parse(Date.parse('2026-11-23T22:30:00Z'))
const NOW = instantMs.parse(START + 400 * 86_400_000)
const id = ledgerId.parse(newId(1))
const boot = newId(2)
const occurrence = makeOccurrenceId(newId(3), START)

/** All that the server knows, as its tables say it: whoever begins anew finds just this. */
interface Tables {
  readonly entries: readonly string[]
  readonly isForked: boolean
  readonly plays: ReadonlyMap<string, PlayRow>
  readonly completeUntil: InstantMs | null
}
const nothing: Tables = { entries: [], isForked: false, plays: new Map(), completeUntil: null }

/** The rules of a row: it begins once, and its first end counts. */
function addPlays(before: Tables['plays'], { begun, ended }: ReturnType<typeof projectEntries>): Tables['plays'] {
  const plays = new Map(before)
  for (const play of begun) if (!plays.has(play.id)) plays.set(play.id, play)
  for (const play of ended) {
    const there = plays.get(play.id)
    if (there === undefined) plays.set(play.id, play)
    else if (there.end === undefined) plays.set(play.id, { ...there, end: play.end })
  }
  return plays
}

function takeIn(
  tables: Tables,
  texts: readonly string[],
  head: { seq: number; hash: string },
): { tables: Tables; status: 'committed' | 'gap' | 'forked' } {
  if (tables.isForked) return { tables, status: 'forked' }
  const committed = { seq: tables.entries.length, hash: hashOf(tables.entries) }
  const known = new Map(tables.entries.map((text, index) => [index + 1, hashBytes(text)]))
  const read = readEntries(texts, id)
  const decision = decideIngest(committed, known, read, head)
  if (decision.kind === 'gap') return { tables, status: 'gap' }
  const taken = read.entries.slice(decision.from, decision.fork?.index)
  const entries = [...tables.entries, ...taken.map(({ text }) => text)]
  const isForked = decision.fork !== undefined
  // A device may say so of all that it has written by then.
  const claim = { completeUntil: instantMs.parse(START + head.seq), head }
  const after = { seq: entries.length, hash: hashOf(entries) }
  const completeUntil = isForked ? tables.completeUntil : judgeCompleteUntil(tables.completeUntil, claim, after, NOW)
  const plays = addPlays(tables.plays, projectEntries(taken))
  return { tables: { entries, isForked, plays, completeUntil }, status: isForked ? 'forked' : 'committed' }
}

const hashOf = (entries: readonly string[]): string => {
  const last = entries.at(-1)
  return last === undefined ? emptyLedgerHash : hashBytes(last)
}

/** Tells all that is left, from what was acknowledged on, as a device does that was asked for it. */
function tellTheRest(tables: Tables, chain: TestChain, batch: number): Tables {
  let now = tables
  while (now.entries.length < chain.entries.length) {
    const from = now.entries.length
    const { tables: next, status } = takeIn(now, chain.entries.slice(from, from + batch), chain.head())
    expect(status).toBe('committed')
    now = next
  }
  return takeIn(now, [], chain.head()).tables
}

function expectPlays(plays: Tables['plays'], truth: ReadonlyMap<string, PlayTruth>): void {
  const rows = [...plays].map(([key, { itemId, end }]): [string, PlayTruth] => [
    key,
    { itemId: itemId ?? '', heardMs: end?.heardMs ?? 0, outcome: end?.outcome ?? null },
  ])
  expect(new Map(rows)).toEqual(truth)
  const airtimeMs = (heard: Iterable<{ heardMs: number }>) => [...heard].reduce((sum, { heardMs }) => sum + heardMs, 0)
  const heard = [...plays.values()].map(({ id: play, plannedStartAt, startedAt, end }) =>
    sumHeardMs(
      [
        {
          ...{ id: play, plannedStartAt: instantMs.parse(plannedStartAt), reason: null, outcome: null },
          startedAt: startedAt === null ? null : instantMs.parse(startedAt),
          endedAt: end?.endedAt == null ? null : instantMs.parse(end.endedAt),
          heardMs: end?.heardMs ?? 0,
        },
      ],
      30_000,
    ),
  )
  expect(heard.reduce((sum, ms) => sum + ms, 0)).toBe(airtimeMs(truth.values()))
}

describe('a ledger that arrives in any order, in pieces and again and again', () => {
  const life = fc.array(deed, { minLength: 1, maxLength: 25 })
  const deliveries = fc.array(delivery, { maxLength: 30 })

  it('is stored as it was written, each entry once, and what is acknowledged is stored', () => {
    let gaps = 0
    fc.assert(
      fc.property(life, deliveries, fc.integer({ min: 1, max: 9 }), (deeds, told, batch) => {
        const chain = createChain(id, boot, () => START)
        const truth = writeLife(chain, deeds, occurrence, START)
        let tables = nothing
        for (const one of told) {
          const { entries, head, from } = cut(chain, one, tables.entries.length)
          const before = tables
          const answer = takeIn(before, entries, head)
          tables = answer.tables
          expect(answer.status).toBe(
            from > before.entries.length || (entries.length === 0 && head.seq > before.entries.length)
              ? 'gap'
              : 'committed',
          )
          if (answer.status === 'gap') gaps += 1
          // Never less than before, always the beginning of what was written.
          expect(tables.entries.length).toBeGreaterThanOrEqual(before.entries.length)
          expect(tables.entries).toEqual(chain.entries.slice(0, tables.entries.length))
          expect(tables.completeUntil ?? 0).toBeLessThanOrEqual(START + tables.entries.length)
        }
        tables = tellTheRest(tables, chain, batch)
        expect([tables.entries, tables.isForked]).toEqual([chain.entries, false])
        expect(tables.completeUntil).toBe(START + chain.entries.length)
        expectPlays(tables.plays, truth)
      }),
    )
    expect(gaps).toBeGreaterThan(20)
  })

  it('that has two histories is stored as the beginning of one of them, and goes no further once that is noticed', () => {
    let noticed = 0
    fc.assert(
      fc.property(life, life, fc.nat(), deliveries, (shared, others, keep, told) => {
        const chain = createChain(id, boot, () => START)
        writeLife(chain, shared, occurrence, START)
        // A card that was put back to an earlier state, and went on from there.
        const kept = keep % chain.entries.length
        const other = createChain(id, boot, () => START, chain.entries.slice(0, kept))
        writeLife(other, others, occurrence, START + 1, 1)
        let tables = nothing
        for (const one of told) {
          const { entries, head } = cut(one.isOther ? other : chain, one, tables.entries.length)
          const before = tables
          tables = takeIn(before, entries, head).tables
          if (before.isForked) expect(tables).toBe(before)
          const { length } = tables.entries
          const isOf = ({ entries: all }: TestChain): boolean =>
            tables.entries.every((text, index) => text === all[index])
          expect(length <= kept || isOf(chain) !== isOf(other)).toBe(true)
          expect(isOf(chain) || isOf(other)).toBe(true)
          // Told of both beyond where they part, it has noticed.
          const own = isOf(chain) ? other : chain
          if (
            length > kept &&
            entries.length > 0 &&
            own.entries.slice(kept, length).some((text) => entries.includes(text))
          )
            expect(tables.isForked).toBe(true)
        }
        expectPlays(tables.plays, replay(tables.entries))
        if (tables.isForked) noticed += 1
      }),
    )
    expect(noticed).toBeGreaterThan(20)
  })
})

/** What these entries say, read one after the other. */
function replay(entries: readonly string[]): Map<string, PlayTruth> {
  const plays = addPlays(new Map(), projectEntries(readEntries(entries, id).entries))
  return new Map(
    [...plays].map(([key, { itemId, end }]) => [
      key,
      { itemId: itemId ?? '', heardMs: end?.heardMs ?? 0, outcome: end?.outcome ?? null },
    ]),
  )
}

import { describe, expect, it } from 'vitest'
import { hashBytes, newId } from '#protocol/ids.ts'
import { emptyLedgerHash } from '#protocol/link.ts'
import { type InstantMs, instantMs } from '#protocol/time.ts'
import {
  type ChainHead,
  decideIngest,
  judgeCompleteUntil,
  judgeHead,
  lastWordOf,
  readEntries,
} from '#server/ledger/rules.ts'

const ledger = newId(1)
const at = (ms: number): InstantMs => instantMs.parse(ms)

/** A chain of `count` entries, the first with number `firstSeq` after an entry of hash `prevHash`. */
function makeChain(count: number, firstSeq = 1, prevHash: string = emptyLedgerHash, mark = ''): string[] {
  const texts: string[] = []
  let previous = prevHash
  for (let i = 0; i < count; i++) {
    const entry = { version: 1, ledgerId: ledger, seq: firstSeq + i, prevHash: previous, at: 1, type: 'x', mark }
    const text = JSON.stringify(entry)
    previous = hashBytes(text)
    texts.push(text)
  }
  return texts
}
const headOf = (texts: string[]): ChainHead => ({ seq: texts.length, hash: hashBytes(texts.at(-1) ?? '') })
const hashesOf = (texts: string[]): Map<number, string> => new Map(texts.map((text, i) => [i + 1, hashBytes(text)]))
const chain = makeChain(10)
const other = [...chain.slice(0, 4), ...makeChain(6, 5, hashBytes(chain[3] ?? ''), 'another history')]
const empty: ChainHead = { seq: 0, hash: emptyLedgerHash }
const changed = (index: number, from: string, to: string): string[] =>
  chain.map((text, i) => (i === index ? text.replace(from, to) : text))

describe('readEntries', () => {
  it.each<[string, string[], number, string | undefined]>([
    ['a whole chain', chain, 10, undefined],
    ['nothing', [], 0, undefined],
    ['an unreadable entry', [...chain.slice(0, 3), '{"version":'], 3, 'unreadable'],
    ['an entry of another ledger', changed(2, ledger, newId(2)), 2, 'unreadable'],
    ['a hole', [...chain.slice(0, 3), ...chain.slice(4)], 3, 'broken-chain'],
    ['a changed entry', changed(2, '"at":1', '"at":2'), 3, 'broken-chain'],
    ['a repetition', [...chain.slice(0, 3), ...chain.slice(2)], 3, 'broken-chain'],
    ['a number beyond counting', changed(0, '"seq":1', '"seq":2147483648'), 0, 'unreadable'],
    ['a type with odd letters', changed(0, '"type":"x"', '"type":"x\\u0000"'), 0, 'unreadable'],
  ])('reads %s', (_name, texts, count, broken) => {
    const read = readEntries(texts, ledger)
    expect([read.entries.length, read.broken]).toEqual([count, broken])
  })
})

describe('decideIngest', () => {
  it.each<[string, ChainHead, string[], string[], unknown]>([
    ['the beginning', empty, [], chain, { kind: 'take', from: 0, fork: undefined }],
    ['the next ones', headOf(chain.slice(0, 4)), chain, chain.slice(4), { kind: 'take', from: 0, fork: undefined }],
    ['a resend', headOf(chain), chain, chain, { kind: 'take', from: 10, fork: undefined }],
    ['a part of a resend', headOf(chain), chain, chain.slice(2, 5), { kind: 'take', from: 3, fork: undefined }],
    ['an overlap', headOf(chain.slice(0, 4)), chain, chain.slice(2), { kind: 'take', from: 2, fork: undefined }],
    ['a gap', headOf(chain.slice(0, 4)), chain, chain.slice(5), { kind: 'gap' }],
    [
      'another history that overlaps',
      headOf(chain),
      chain,
      other.slice(2),
      { kind: 'take', from: 2, fork: { index: 2, reason: 'same-number-other-entry' } },
    ],
    [
      'another history that goes on behind what is committed',
      headOf(chain.slice(0, 6)),
      chain,
      other.slice(6),
      { kind: 'take', from: 0, fork: { index: 0, reason: 'broken-chain' } },
    ],
    [
      'a chain that breaks after new entries',
      headOf(chain.slice(0, 2)),
      chain,
      [...chain.slice(2, 4), '?'],
      { kind: 'take', from: 0, fork: { index: 2, reason: 'unreadable' } },
    ],
    ['nothing new', headOf(chain), chain, [], { kind: 'take', from: 0, fork: undefined }],
  ])('takes %s', (_name, committed, known, texts, expected) => {
    expect(decideIngest(committed, hashesOf(known), readEntries(texts, ledger), headOf(chain))).toEqual(expected)
  })

  it('finds without entries that something is missing, or other', () => {
    const nothing = readEntries([], ledger)
    expect(decideIngest(headOf(chain.slice(0, 4)), new Map(), nothing, headOf(chain))).toEqual({ kind: 'gap' })
    const decision = decideIngest(headOf(chain), new Map(), nothing, headOf(other))
    expect(decision).toMatchObject({ fork: { reason: 'other-head' } })
  })
})

describe('judgeCompleteUntil', () => {
  const [head, earlier] = [headOf(chain), headOf(chain.slice(0, 4))]
  it.each<[string, number | null, number | null, ChainHead, ChainHead, number, number | null]>([
    ['the first word', null, 900, head, head, 1_000, 900],
    ['a later word', 500, 900, head, head, 1_000, 900],
    ['an earlier word', 950, 900, head, head, 1_000, 950],
    ['no word', 500, null, head, head, 1_000, 500],
    ['a clock a little ahead', 500, 5_900, head, head, 1_000, 1_000],
    ['a clock that runs ahead', 500, 6_001, head, head, 1_000, 500],
    ['a clock years ahead', null, 9_000_000_000, head, head, 1_000, null],
    ['a ledger that is not whole here', 500, 900, head, earlier, 1_000, 500],
    ['another history', 500, 900, { seq: 10, hash: hashBytes('x') }, head, 1_000, 500],
  ])('weighs %s', (_name, before, claim, deviceHead, committed, now, expected) => {
    const completeUntil = claim === null ? null : at(claim)
    const known = before === null ? null : at(before)
    expect(judgeCompleteUntil(known, { completeUntil, head: deviceHead }, committed, at(now))).toBe(expected)
  })
})

describe('judgeHead', () => {
  const [short, longer] = [chain.slice(0, 4), makeChain(12)]
  it.each<[string, ChainHead, string | undefined, boolean, string | undefined]>([
    ['ends where the committed one ends', headOf(chain), headOf(chain).hash, true, undefined],
    ['is longer', headOf(longer), undefined, true, undefined],
    ['is as long, with another end', headOf(other), headOf(chain).hash, true, 'other-head'],
    ['is as long, with another end, in an old hello', headOf(other), headOf(chain).hash, false, 'other-head'],
    [
      'is shorter, another from there',
      headOf(makeChain(4, 1, emptyLedgerHash, 'x')),
      headOf(short).hash,
      false,
      'other-head',
    ],
    ['was put back', headOf(short), headOf(short).hash, true, 'shorter-than-committed'],
    ['was shorter when an old hello was written', headOf(short), headOf(short).hash, false, undefined],
    ['was emptied', empty, emptyLedgerHash, true, 'shorter-than-committed'],
  ])('a ledger that %s', (_name, device, committedHash, isNewWord, expected) => {
    expect(judgeHead(headOf(chain), committedHash, device, isNewWord)).toBe(expected)
  })
})

it('lets an earlier ledger speak for the time until its last entry only', () => {
  const { entries } = readEntries(chain, ledger)
  expect(lastWordOf(entries, at(60_000))).toBe(1)
  expect(lastWordOf(entries, at(0))).toBe(0)
  expect([lastWordOf(entries, null), lastWordOf([], at(60_000))]).toEqual([null, null])
})

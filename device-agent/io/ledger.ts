import { type FileHandle, open, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { type Clock, toInstant } from '#agent/clock.ts'
import { type BootId, hashBytes, type LedgerId, ledgerId, newId } from '#protocol/ids.ts'
import type { LedgerEntry, LedgerFact } from '#protocol/ledger.ts'
import { limits } from '#protocol/limits.ts'
import { emptyLedgerHash, type LedgerHead } from '#protocol/link.ts'
import type { ClockState, InstantMs } from '#protocol/time.ts'
import { ackFile, ackPointer, type Batch, BatchTexts, type ClosedLedger, openClosedLedger } from './closed-ledger.ts'
import { isSystemError, makeFolder, readSpareState, syncFolder, writeFully, writeState } from './files.ts'
import {
  type ChainEnd,
  cutTail,
  readClosedLedger,
  type Segment,
  scanLedger,
  segmentName,
  splitLines,
  type TornTail,
} from './ledger-files.ts'
import { readLedgerList } from './ledger-list.ts'
import type { Log } from './log.ts'

const SEGMENT_BYTES = 262_144
/** Acknowledged entries stay on the device this long, for a person with a doubt. */
const KEEP_ACKNOWLEDGED_MS = 90 * 86_400_000

/** What the ledger puts at the head of each entry. */
export type LedgerContext = { readonly bootId: BootId; readonly clock: ClockState; readonly targetRevision: number }

/** When something happened, and what the device knew then. */
export type Stamp = LedgerContext & { readonly at: InstantMs; readonly monotonicMs: number }

export type ServerPosition = LedgerHead

export interface Ledger {
  readonly head: LedgerHead
  /** How far the server has committed this ledger. */
  readonly acknowledgedSeq: number
  /** Of this moment. */
  stamp(): Stamp
  /**
   * Resolves once the entry is durable. Rejects when it could not be written; the ledger is then as it was before. `stamp`
   * tells when it happened, if that was earlier.
   */
  append(fact: LedgerFact, stamp?: Stamp): Promise<LedgerEntry>
  /** The next entries that the server lacks, as exact texts, within the protocol's limits. */
  readBatch(): Promise<Batch>
  /** What this installation wrote before this ledger, the oldest first. */
  readonly earlier: readonly ClosedLedger[]
  /** Something that this installation wrote can no longer be read, or the ledger had to be given up at this start. */
  readonly isDamaged: boolean
  /**
   * Takes the server's word for how far it has committed this ledger, which may be less than it said before (restored
   * from a backup). `forked`: it knows another entry under that number than this ledger has.
   */
  acknowledge(position: ServerPosition): Promise<'ok' | 'forked'>
  /** Closes this ledger for good and begins another; its files stay, and what the server lacks of it is in `earlier`. */
  beginNew(): Promise<void>
  /** Deletes what was acknowledged and is older than 90 days. */
  prune(now: number): Promise<void>
  close(): Promise<void>
}

type Waiting = {
  readonly fact: LedgerFact
  readonly stamp: Stamp
  readonly resolve: (entry: LedgerEntry) => void
  readonly reject: (cause: unknown) => void
}

/**
 * Opens the ledger below `stateDir/ledger`, verifying it and cutting off a torn tail; `onEntry` hears every entry that
 * this installation ever kept, in order. A ledger damaged before its end, or that the card does not give out, is closed
 * and another begun; unreadable files of earlier ones are left out. Neither these nor a card that takes nothing any more
 * may keep the agent from starting: it would be silent in an emergency for the sake of a record. What a start has to write
 * is then written before the next entry.
 */
export async function openLedger(options: {
  readonly stateDir: string
  /** The ledger that enrolment registered. */
  readonly firstLedgerId: LedgerId
  readonly clock: Clock
  readonly context: () => LedgerContext
  readonly log: Log
  readonly onEntry: (entry: LedgerEntry) => void
}): Promise<Ledger> {
  const { clock, context, log } = options
  const root = path.join(options.stateDir, 'ledger')
  const listFile = path.join(root, 'ledgers.json')
  const list = await readLedgerList(listFile, options.firstLedgerId, log)
  const earlier: ClosedLedger[] = []
  let isDamaged = false
  let isListSaved = true
  /** Its folder is there, the list names it, and nothing torn hangs on it. */
  let isReady = false
  let torn: TornTail | undefined
  for (const each of list.earlier) {
    await readEarlier(each)
    await openEarlier(each)
  }

  let id: LedgerId = list.current
  let segments: Segment[] = []
  let end: ChainEnd = { seq: 0, hash: emptyLedgerHash }
  let acknowledged: ChainEnd = { seq: 0, hash: emptyLedgerHash }
  let handle: FileHandle | undefined
  const waiting: Waiting[] = []
  let writing: Promise<void> | undefined

  function folderOf(ledger: LedgerId): string {
    return path.join(root, ledger)
  }

  function stamp(): Stamp {
    return { ...context(), at: clock.now(), monotonicMs: clock.monotonicMs() }
  }

  async function readEarlier(ledger: LedgerId): Promise<void> {
    const unreadable = await readClosedLedger(folderOf(ledger), options.onEntry)
    const [first] = unreadable
    if (first === undefined) return
    isDamaged = true
    log.error('files of an earlier ledger cannot be read; they are left out', {
      ledgerId: ledger,
      files: unreadable.length,
      ...first,
    })
  }

  async function openEarlier(ledger: LedgerId): Promise<void> {
    const closed = await openClosedLedger(folderOf(ledger), ledger)
    earlier.push(closed)
    if (closed.pending > 0)
      log.info('an earlier ledger is not delivered yet', { ledgerId: ledger, entries: closed.pending })
    if (closed.stranded === 0) return
    log.error('entries behind the damage in an earlier ledger cannot be delivered; they stay on the card', {
      ledgerId: ledger,
      entries: closed.stranded,
    })
  }

  async function saveAck(position: ChainEnd): Promise<void> {
    acknowledged = position
    await unlessCardRefuses(() => writeState(ackFile(folderOf(id)), { version: 1, ...position }))
  }

  /** What can be made up for later, as when an entry is written. */
  async function unlessCardRefuses(act: () => Promise<void>): Promise<void> {
    try {
      await act()
    } catch (cause) {
      if (!isSystemError(cause)) throw cause
      log.warn('the card does not take what belongs to the ledger; it is tried again with the next entry', { cause })
    }
  }

  async function makeReady(): Promise<void> {
    if (isReady) return
    // The list BEFORE the first entry: a ledger that no list names would never be delivered.
    await makeFolder(folderOf(id))
    if (!isListSaved) await writeState(listFile, list)
    isListSaved = true
    if (torn !== undefined) log.warn('the last ledger entry was torn; cut off', { kept: await cutTail(torn) })
    torn = undefined
    isReady = true
  }

  async function beginNew(): Promise<void> {
    await writing
    await handle?.close()
    handle = undefined
    const given = id
    list.earlier.push(given)
    id = ledgerId.parse(newId(clock.now()))
    list.current = id
    isListSaved = false
    isReady = false
    torn = undefined
    segments = []
    end = { seq: 0, hash: emptyLedgerHash }
    await unlessCardRefuses(makeReady)
    await saveAck({ seq: 0, hash: emptyLedgerHash })
    await openEarlier(given)
  }

  async function openSegment(): Promise<{ file: FileHandle; segment: Segment }> {
    const last = segments.at(-1)
    if (handle !== undefined && last !== undefined && last.bytes < SEGMENT_BYTES) return { file: handle, segment: last }
    await handle?.close()
    handle = undefined
    if (last !== undefined && last.bytes < SEGMENT_BYTES) {
      handle = await open(last.file, 'r+')
      return { file: handle, segment: last }
    }
    const folder = folderOf(id)
    const file = path.join(folder, segmentName(end.seq + 1))
    handle = await open(file, 'w', 0o600)
    await syncFolder(folder)
    const segment: Segment = { file, firstSeq: end.seq + 1, lastSeq: end.seq, lastAt: 0, bytes: 0 }
    segments.push(segment)
    return { file: handle, segment }
  }

  /** One write and one fsync for all that waits. */
  async function writeGroup(group: readonly Waiting[]): Promise<void> {
    let next = end
    const lines: Buffer[] = []
    const entries: LedgerEntry[] = []
    for (const { fact, stamp } of group) {
      const entry: LedgerEntry = {
        version: 1,
        ledgerId: id,
        seq: next.seq + 1,
        prevHash: next.hash,
        ...stamp,
        ...fact,
      }
      const line = Buffer.from(JSON.stringify(entry))
      if (line.byteLength > limits.maxLedgerEntryBytes) throw new Error(`ledger entry of ${line.byteLength} bytes`)
      next = { seq: entry.seq, hash: hashBytes(line) }
      lines.push(line, Buffer.from('\n'))
      entries.push(entry)
    }
    const bytes = Buffer.concat(lines)
    await makeReady()
    const { file, segment } = await openSegment()
    try {
      await writeFully(file, bytes, segment.bytes)
      await file.sync()
    } catch (cause) {
      // Nothing may follow a half-written line.
      await file.truncate(segment.bytes)
      throw cause
    }
    segment.bytes += bytes.byteLength
    segment.lastSeq = next.seq
    segment.lastAt = group.at(-1)?.stamp.at ?? segment.lastAt
    end = next
    for (const [index, entry] of entries.entries()) group[index]?.resolve(entry)
  }

  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting.splice(0, limits.maxLedgerEntriesPerBatch)
      try {
        await writeGroup(group)
      } catch (cause) {
        for (const each of group) each.reject(cause)
      }
    }
    // Within the same turn as the last look at the queue, so that no entry is left waiting.
    writing = undefined
  }

  async function readLines(fromSeq: number): Promise<Buffer[]> {
    const segment = segments.find((each) => each.firstSeq <= fromSeq && fromSeq <= each.lastSeq)
    if (segment === undefined) return []
    const bytes = (await readFile(segment.file)).subarray(0, segment.bytes)
    return splitLines(bytes).lines.slice(fromSeq - segment.firstSeq)
  }

  const scan = await scanLedger(folderOf(id), id, options.onEntry)
  if (scan.ok) {
    segments = scan.segments
    end = scan.end
    torn = scan.torn
    await unlessCardRefuses(makeReady)
    const ack = await readSpareState(ackFile(folderOf(id)), ackPointer)
    if (ack.status === 'ok' && ack.value.seq <= end.seq) acknowledged = { seq: ack.value.seq, hash: ack.value.hash }
    if (ack.status === 'corrupt') log.warn('acknowledged pointer unreadable; the server will tell', ack)
  } else {
    log.error('ledger damaged; it is kept, and another begun', { file: scan.file, error: scan.error })
    isDamaged = true
    await beginNew()
  }

  return {
    get head() {
      return { ledgerId: id, ...end }
    },
    get acknowledgedSeq() {
      return acknowledged.seq
    },

    stamp,

    append(fact, happened = stamp()) {
      return new Promise((resolve, reject) => {
        waiting.push({ fact, stamp: happened, resolve, reject })
        writing ??= writeAll()
      })
    },

    async readBatch() {
      const head = { ledgerId: id, ...end }
      const batch = new BatchTexts()
      const firstSeq = acknowledged.seq + 1
      for (const line of await readLines(firstSeq)) if (!batch.add(line)) break
      return { ledgerId: head.ledgerId, firstSeq, entries: batch.texts, head }
    },

    earlier,

    get isDamaged() {
      return isDamaged
    },

    async acknowledge(position) {
      if (position.ledgerId !== id) return 'ok'
      if (position.seq > end.seq) return 'forked'
      const firstSeq = segments[0]?.firstSeq ?? 1
      if (position.seq >= firstSeq) {
        const line = (await readLines(position.seq))[0]
        if (line === undefined || hashBytes(line) !== position.hash) return 'forked'
      }
      // What was deleted here cannot be sent again: begin with the oldest that there is.
      const seq = Math.max(position.seq, firstSeq - 1)
      if (seq !== acknowledged.seq) await saveAck({ seq, hash: position.hash })
      return 'ok'
    },

    beginNew,

    async prune(now) {
      const before = toInstant(now - KEEP_ACKNOWLEDGED_MS)
      const isOld = (segment: Segment): boolean => segment.lastSeq <= acknowledged.seq && segment.lastAt < before
      // The last one stays: it says where the chain ends.
      while (segments.length > 1) {
        const oldest = segments[0]
        if (oldest === undefined || !isOld(oldest)) break
        await rm(oldest.file)
        segments.shift()
      }
    },

    async close() {
      await writing
      await handle?.close()
      handle = undefined
    },
  }
}

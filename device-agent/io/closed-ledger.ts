import path from 'node:path'
import { z } from 'zod'
import { decodeJson } from '#protocol/codec.ts'
import { hashBytes, type LedgerId, sha256 } from '#protocol/ids.ts'
import { ledgerEntry } from '#protocol/ledger.ts'
import { limits } from '#protocol/limits.ts'
import { emptyLedgerHash, type LedgerHead } from '#protocol/link.ts'
import { isSystemError, readSpareState, writeState } from './files.ts'
import { type ChainEnd, readSegmentFiles, splitLines } from './ledger-files.ts'

/** How far the server has committed a ledger, beside its files. */
export const ackPointer = z.object({ version: z.literal(1), seq: z.number().int().min(0), hash: sha256 })
export const ackFile = (folder: string): string => path.join(folder, 'acknowledged.json')

/** Entries to be sent, as exact texts, numbered from `firstSeq`; `head` is where those end that can be sent at all. */
export type Batch = {
  readonly ledgerId: LedgerId
  readonly firstSeq: number
  readonly entries: string[]
  readonly head: LedgerHead
}

/**
 * Collects the texts of one batch within the protocol's limits. A JWS carries the batch in Base64, and the batch carries
 * each entry as a JSON string.
 */
export class BatchTexts {
  readonly texts: string[] = []
  #room = Math.floor(limits.maxLedgerBatchBytes * 0.75) - 2_048

  /** False when it has no room any more. */
  add(line: Buffer): boolean {
    const text = line.toString('utf8')
    this.#room -= Buffer.byteLength(JSON.stringify(text)) + 1
    if (this.#room < 0 || this.texts.length >= limits.maxLedgerEntriesPerBatch) return false
    this.texts.push(text)
    return true
  }
}

/**
 * A ledger that was given up – the server knew another history of it, or the card had damaged it – and that the server may
 * not have whole. Nothing is ever appended to it; what follows the server's position and continues its chain is offered.
 */
export interface ClosedLedger {
  readonly ledgerId: LedgerId
  /** Entries that can still be delivered. */
  readonly pending: number
  /** Readable entries that cannot: what comes before them is damaged, or the server's history is another. They stay here. */
  readonly stranded: number
  readBatch(): Promise<Batch>
  /**
   * Takes the server's word for how far it has committed this ledger; durable when resolved, if the card takes it. `unknown`: no entry here is the
   * one that it names, so that nothing here can follow it, and the word is not kept.
   */
  acknowledge(position: ChainEnd): Promise<'ok' | 'unknown'>
}

type Line = { readonly bytes: Buffer; readonly seq: number; readonly prevHash: string }

/** The readable entries with a number above `afterSeq`, in the order of the files, one file in memory at a time. */
async function* readLinesAfter(folder: string, ledgerId: LedgerId, afterSeq: number): AsyncGenerator<Line> {
  const mayHold = (_firstSeq: number, nextFirstSeq: number): boolean => nextFirstSeq > afterSeq + 1
  // Told by whoever opened the ledger; what follows an unreadable file shows as a break of the chain.
  const skip = (): void => {}
  for await (const file of readSegmentFiles(folder, mayHold, skip)) {
    for (const bytes of splitLines(file).lines) {
      const decoded = decodeJson(ledgerEntry, bytes)
      if (!decoded.ok || decoded.value.ledgerId !== ledgerId || decoded.value.seq <= afterSeq) continue
      yield { bytes, seq: decoded.value.seq, prevHash: decoded.value.prevHash }
    }
  }
}

export async function openClosedLedger(folder: string, ledgerId: LedgerId): Promise<ClosedLedger> {
  const read = await readSpareState(ackFile(folder), ackPointer)
  // Unreadable: begin with the first; the server takes nothing twice.
  let position: ChainEnd =
    read.status === 'ok' ? { seq: read.value.seq, hash: read.value.hash } : { seq: 0, hash: emptyLedgerHash }
  let end = position
  let stranded = 0

  /** How far the chain goes on from the position, and what lies beyond its break. */
  async function measure(): Promise<void> {
    end = position
    stranded = 0
    for await (const line of readLinesAfter(folder, ledgerId, position.seq)) {
      if (line.seq === end.seq + 1 && line.prevHash === end.hash) end = { seq: line.seq, hash: hashBytes(line.bytes) }
      else stranded += 1
    }
  }
  await measure()

  /** Is this where an entry here ends, or where one begins? */
  async function isHere(at: ChainEnd): Promise<boolean> {
    if (at.seq === 0) return at.hash === emptyLedgerHash
    for await (const line of readLinesAfter(folder, ledgerId, at.seq - 1)) {
      if (line.seq === at.seq && hashBytes(line.bytes) === at.hash) return true
      if (line.seq === at.seq + 1 && line.prevHash === at.hash) return true
    }
    return false
  }

  return {
    ledgerId,
    get pending() {
      return end.seq - position.seq
    },
    get stranded() {
      return stranded
    },
    async readBatch() {
      const batch = new BatchTexts()
      let next = position
      for await (const line of readLinesAfter(folder, ledgerId, position.seq)) {
        if (line.seq !== next.seq + 1 || line.prevHash !== next.hash) break
        if (!batch.add(line.bytes)) break
        next = { seq: line.seq, hash: hashBytes(line.bytes) }
      }
      // What could be read when this ledger was opened no longer can: it must not be offered again and again.
      if (batch.texts.length === 0 && end.seq > position.seq) await measure()
      return { ledgerId, firstSeq: position.seq + 1, entries: batch.texts, head: { ledgerId, ...end } }
    },
    async acknowledge({ seq, hash }) {
      if (seq === position.seq && hash === position.hash) return 'ok'
      if (!(await isHere({ seq, hash }))) return 'unknown'
      const isOnTheWay = position.seq <= seq && seq <= end.seq
      position = { seq, hash }
      try {
        await writeState(ackFile(folder), { version: 1, seq, hash })
      } catch (cause) {
        // After the next start it is offered from an earlier place once more; the server takes nothing twice.
        if (!isSystemError(cause)) throw cause
      }
      // A step along the chain that was measured: where it ends stays the same.
      if (!isOnTheWay) await measure()
      return 'ok'
    },
  }
}

import { readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { decodeJson } from '#protocol/codec.ts'
import { hashBytes, type LedgerId, type Sha256 } from '#protocol/ids.ts'
import { type LedgerEntry, ledgerEntry } from '#protocol/ledger.ts'
import { emptyLedgerHash } from '#protocol/link.ts'
import { isErrno, isSystemError, syncFolder } from './files.ts'

/**
 * A ledger on disk: files of lines, one entry each, named by the number of their first entry. A line's hash covers its
 * exact bytes without the line feed.
 */
export type Segment = {
  readonly file: string
  readonly firstSeq: number
  lastSeq: number
  /** Of the last entry. */
  lastAt: number
  bytes: number
}

export type ChainEnd = { seq: number; hash: Sha256 }

/** Bytes behind the last whole entry: the last write before the power went. */
export type TornTail = { readonly file: string; readonly keepBytes: number; readonly rest: Buffer }

export type Scan =
  | { readonly ok: true; readonly segments: Segment[]; readonly end: ChainEnd; readonly torn: TornTail | undefined }
  /** Something before the end is damaged: nothing can be appended to this ledger any more. */
  | { readonly ok: false; readonly file: string; readonly error: string }

const SUFFIX = '.ndjson'
export const segmentName = (firstSeq: number): string => `${String(firstSeq).padStart(10, '0')}${SUFFIX}`

export async function listSegmentFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder)
  return names
    .filter((name) => name.endsWith(SUFFIX))
    .sort()
    .map((name) => path.join(folder, name))
}

/** A file, or a folder of them, that the operating system does not give out. */
export type Unreadable = { readonly file: string; readonly error: string }

/** What `read` gives; or undefined, and `onUnreadable` told, when the operating system refuses it. */
async function readOrTell<T>(
  file: string,
  read: (file: string) => Promise<T>,
  onUnreadable: (what: Unreadable) => void,
): Promise<T | undefined> {
  try {
    return await read(file)
  } catch (cause) {
    if (!isSystemError(cause)) throw cause
    onUnreadable({ file, error: cause.message })
    return undefined
  }
}

/** The files of a closed ledger that can be read, one in memory at a time; the others are told and left out. */
export async function* readSegmentFiles(
  folder: string,
  isWanted: (firstSeq: number, nextFirstSeq: number) => boolean,
  onUnreadable: (what: Unreadable) => void,
): AsyncGenerator<Buffer> {
  const files = (await readOrTell(folder, listSegmentFiles, onUnreadable)) ?? []
  const firstSeqs = files.map((file) => Number.parseInt(path.basename(file), 10))
  for (const [index, file] of files.entries()) {
    if (!isWanted(firstSeqs[index] ?? 0, firstSeqs[index + 1] ?? Number.POSITIVE_INFINITY)) continue
    const bytes = await readOrTell(file, (each) => readFile(each), onUnreadable)
    if (bytes !== undefined) yield bytes
  }
}

/** The lines of a file as exact bytes; `rest` is what follows the last line feed. */
export function splitLines(bytes: Buffer): { lines: Buffer[]; rest: Buffer } {
  const lines: Buffer[] = []
  let from = 0
  for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, from)) {
    lines.push(bytes.subarray(from, end))
    from = end + 1
  }
  return { lines, rest: bytes.subarray(from) }
}

type Line = { readonly entry: LedgerEntry; readonly hash: Sha256 }

function readLine(line: Buffer, id: LedgerId, before: ChainEnd | undefined): Line | string {
  const decoded = decodeJson(ledgerEntry, line)
  if (!decoded.ok) return decoded.error
  const entry = decoded.value
  if (entry.ledgerId !== id) return `entry of ledger ${entry.ledgerId}`
  if (before !== undefined && entry.seq !== before.seq + 1) return `entry ${entry.seq} after ${before.seq}`
  if (before !== undefined && entry.prevHash !== before.hash) return `entry ${entry.seq} does not continue the chain`
  return { entry, hash: hashBytes(line) }
}

/**
 * Reads and verifies a whole ledger, one file in memory at a time, and calls `onEntry` for each entry in order. Nothing is
 * written: a torn tail is to be cut off BEFORE the next entry, when the card takes something again; whatever was fsynced
 * stays. What the operating system does not give out counts as damage.
 */
export async function scanLedger(folder: string, id: LedgerId, onEntry: (entry: LedgerEntry) => void): Promise<Scan> {
  try {
    return await scanReadable(folder, id, onEntry)
  } catch (cause) {
    if (!isSystemError(cause)) throw cause
    return { ok: false, file: cause.path ?? folder, error: cause.message }
  }
}

async function scanReadable(folder: string, id: LedgerId, onEntry: (entry: LedgerEntry) => void): Promise<Scan> {
  const files = await listSegmentFiles(folder).catch((cause: unknown) => {
    // A new ledger: its folder is made with its first entry.
    if (isErrno(cause, 'ENOENT')) return []
    throw cause
  })
  const segments: Segment[] = []
  let end: ChainEnd | undefined
  let torn: TornTail | undefined
  for (const [index, file] of files.entries()) {
    const bytes = await readFile(file)
    const { lines, rest } = splitLines(bytes)
    const isLast = index === files.length - 1
    const firstSeq = Number.parseInt(path.basename(file), 10)
    if (index === 0) end = firstSeq === 1 ? { seq: 0, hash: emptyLedgerHash } : undefined
    const segment: Segment = { file, firstSeq, lastSeq: firstSeq - 1, lastAt: 0, bytes: 0 }
    for (const [number, line] of lines.entries()) {
      const read = readLine(line, id, end)
      if (typeof read === 'string') {
        // A torn write leaves no whole entry behind it; whole entries that do not fit were damaged or put there.
        const isTail = isLast && !lines.slice(number).some((each) => decodeJson(ledgerEntry, each).ok)
        if (!isTail) return { ok: false, file, error: read }
        break
      }
      end = { seq: read.entry.seq, hash: read.hash }
      segment.lastSeq = read.entry.seq
      segment.lastAt = read.entry.at
      segment.bytes += line.byteLength + 1
      onEntry(read.entry)
    }
    if (segment.bytes < bytes.byteLength) {
      if (!isLast) return { ok: false, file, error: `${rest.byteLength} bytes after the last entry` }
      torn = { file, keepBytes: segment.bytes, rest: bytes.subarray(segment.bytes) }
    }
    segments.push(segment)
  }
  return { ok: true, segments, end: end ?? { seq: 0, hash: emptyLedgerHash }, torn }
}

/** Keeps the torn bytes aside BEFORE cutting them off, where there is room for them; returns where. */
export async function cutTail({ file, keepBytes, rest }: TornTail): Promise<string | undefined> {
  let aside: string | undefined = `${file}.torn-at-${keepBytes}`
  try {
    await writeFile(aside, rest, { mode: 0o600 })
  } catch (cause) {
    if (!isErrno(cause, 'ENOSPC')) throw cause
    aside = undefined
  }
  await truncate(file, keepBytes)
  await syncFolder(path.dirname(file))
  return aside
}

/** Calls `onEntry` for the readable entries of a ledger that is closed; nothing is verified or changed. */
export async function readClosedLedger(folder: string, onEntry: (entry: LedgerEntry) => void): Promise<Unreadable[]> {
  const unreadable: Unreadable[] = []
  for await (const bytes of readSegmentFiles(
    folder,
    () => true,
    (what) => void unreadable.push(what),
  )) {
    for (const line of splitLines(bytes).lines) {
      const decoded = decodeJson(ledgerEntry, line)
      if (decoded.ok) onEntry(decoded.value)
    }
  }
  return unreadable
}

import { measureOpusPacket } from './opus-packet.ts'

/**
 * A whole Ogg/Opus clip, checked and indexed packet by packet (RFC 3533, RFC 7845). It refers to the compressed bytes
 * that it was read from and holds no decoded audio. All positions are samples at 48 kHz.
 */
export type OggOpusFile = {
  readonly bytes: Uint8Array
  readonly channels: 1 | 2
  /** Samples that the decoder makes before the recording begins (RFC 7845 §4.2). */
  readonly preSkip: number
  /** Gain that the header asks the player to apply (RFC 7845 §5.1, item 5). */
  readonly outputGainDb: number
  /** What is heard: without the pre-skip, and without what end trimming removes (RFC 7845 §4.4). */
  readonly totalSamples: number
  readonly packetCount: number
  readonly packetOffsets: Uint32Array
  readonly packetLengths: Uint32Array
  /** Where each packet's first sample lies, counted from the first sample that the decoder makes. */
  readonly packetStarts: Uint32Array
  /** Packets that span pages do not lie in one piece in the file; they are joined here. */
  readonly joinedPackets: ReadonlyMap<number, Uint8Array>
}

export type OggOpusError = {
  readonly kind: 'not-ogg' | 'not-opus' | 'bad-checksum' | 'truncated' | 'malformed' | 'unsupported' | 'too-long'
  /** Byte offset of the page in which it was noticed. */
  readonly offset: number
  readonly detail: string
}

export type OggOpusResult = { readonly ok: true; readonly file: OggOpusFile } | ({ readonly ok: false } & OggOpusError)

/** Enough for 5.5 h of 20 ms packets; a hostile file of one-byte packets cannot ask for more memory than this. */
const MAX_PACKETS = 1_000_000
/** What the decoder's input buffer holds for one channel; speech at 32 kbit/s needs about 80 bytes a packet. */
const MAX_PACKET_BYTES = 3_840
/** The decoder needs this much before a position to have converged there (RFC 7845 §4.6). */
const PRE_ROLL_SAMPLES = 3_840
const BYTES_PER_STEP = 262_144

const PAGE_HEADER_BYTES = 27
const FLAG_CONTINUED = 1
const FLAG_FIRST = 2
const FLAG_LAST = 4

const CRC_TABLE = makeCrcTable()

function makeCrcTable(): Uint32Array {
  const table = new Uint32Array(256)
  for (let index = 0; index < 256; index += 1) {
    let value = index << 24
    for (let bit = 0; bit < 8; bit += 1) value = value < 0 ? (value << 1) ^ 0x04c11db7 : value << 1
    table[index] = value >>> 0
  }
  return table
}

/** The page's CRC-32, its own four bytes counted as zero (RFC 3533 §6, field 7). */
function checksumPage(bytes: Uint8Array, from: number, end: number): number {
  let crc = 0
  for (let at = from; at < end; at += 1) {
    const byte = at >= from + 22 && at < from + 26 ? 0 : (bytes[at] ?? 0)
    crc = (crc << 8) ^ (CRC_TABLE[(crc >>> 24) ^ byte] ?? 0)
  }
  return crc >>> 0
}

type Page = {
  readonly flags: number
  /** -1 when no packet ends on this page. */
  readonly granule: number
  readonly serial: number
  readonly sequence: number
  readonly segmentCount: number
  readonly bodyOffset: number
  readonly nextOffset: number
}

class Refusal extends Error {
  readonly refusal: OggOpusError
  constructor(kind: OggOpusError['kind'], offset: number, detail: string) {
    super(detail)
    this.refusal = { kind, offset, detail }
  }
}

function readPage(bytes: Uint8Array, view: DataView, offset: number): Page {
  if (offset + 4 > bytes.length || view.getUint32(offset) !== 0x4f676753) {
    throw new Refusal('not-ogg', offset, 'no Ogg page begins here')
  }
  const bodyLimit = offset + PAGE_HEADER_BYTES
  if (bodyLimit > bytes.length) throw new Refusal('truncated', offset, 'the file ends within a page header')
  if (bytes[offset + 4] !== 0) throw new Refusal('unsupported', offset, 'unknown version of the Ogg page format')
  const segmentCount = bytes[offset + 26] ?? 0
  const bodyOffset = bodyLimit + segmentCount
  if (bodyOffset > bytes.length) throw new Refusal('truncated', offset, 'the file ends within a segment table')
  let nextOffset = bodyOffset
  for (let at = bodyLimit; at < bodyOffset; at += 1) nextOffset += bytes[at] ?? 0
  if (nextOffset > bytes.length) throw new Refusal('truncated', offset, 'the file ends within a page')
  if (checksumPage(bytes, offset, nextOffset) !== view.getUint32(offset + 22, true)) {
    throw new Refusal('bad-checksum', offset, 'the page does not match its checksum')
  }
  const granule = view.getBigInt64(offset + 6, true)
  if (granule < -1n || granule > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new Refusal('malformed', offset, 'impossible granule position')
  }
  return {
    flags: bytes[offset + 5] ?? 0,
    granule: Number(granule),
    serial: view.getUint32(offset + 14, true),
    sequence: view.getUint32(offset + 18, true),
    segmentCount,
    bodyOffset,
    nextOffset,
  }
}

type OpusHead = Pick<OggOpusFile, 'channels' | 'preSkip' | 'outputGainDb'>

/** The identification header (RFC 7845 §5.1). Only channel mapping family 0, mono or stereo, is played. */
function readOpusHead(bytes: Uint8Array): OpusHead {
  const refuse = (kind: OggOpusError['kind'], detail: string) => new Refusal(kind, 0, detail)
  if (bytes.length < 19 || !startsWith(bytes, 'OpusHead')) throw refuse('not-opus', 'no OpusHead in the first packet')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint8(8) >> 4 !== 0) throw refuse('unsupported', 'unknown version of OpusHead')
  const channels = view.getUint8(9)
  if (view.getUint8(18) !== 0 || (channels !== 1 && channels !== 2)) {
    throw refuse('unsupported', `channel mapping family ${view.getUint8(18)} with ${channels} channels`)
  }
  return { channels, preSkip: view.getUint16(10, true), outputGainDb: view.getInt16(16, true) / 256 }
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    if (bytes[index] !== text.charCodeAt(index)) return false
  }
  return true
}

/** Grows as packets are found; typed arrays keep 45 minutes (135,000 packets) at 1.6 MB. */
class PacketIndex {
  count = 0
  totalSamples = 0
  offsets = new Uint32Array(1_024)
  lengths = new Uint32Array(1_024)
  starts = new Uint32Array(1_024)
  readonly joined = new Map<number, Uint8Array>()

  add(pageOffset: number, offset: number, packet: Uint8Array, isJoined: boolean): void {
    if (packet.length > MAX_PACKET_BYTES)
      throw new Refusal('unsupported', pageOffset, `packet of ${packet.length} bytes`)
    const samples = measureOpusPacket(packet)
    if (samples === undefined) throw new Refusal('malformed', pageOffset, 'not a valid Opus packet')
    if (this.count >= MAX_PACKETS) throw new Refusal('too-long', pageOffset, `more than ${MAX_PACKETS} packets`)
    if (this.count === this.offsets.length) {
      this.offsets = grow(this.offsets)
      this.lengths = grow(this.lengths)
      this.starts = grow(this.starts)
    }
    this.offsets[this.count] = offset
    this.lengths[this.count] = packet.length
    this.starts[this.count] = this.totalSamples
    if (isJoined) this.joined.set(this.count, packet)
    this.totalSamples += samples
    this.count += 1
  }
}

function grow(array: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(array.length * 2)
  larger.set(array)
  return larger
}

/**
 * Reads an Ogg/Opus clip in steps: yields after every 256 KiB or so, in order that a caller with a sound device to feed
 * is not held up by a long clip. Everything that breaks RFC 3533 or RFC 7845, other streams in the same file, and a
 * stream without its last page (a clip that was cut off) end in a typed error; nothing throws.
 */
export function* scanOggOpus(bytes: Uint8Array): Generator<undefined, OggOpusResult> {
  try {
    return { ok: true, file: yield* scanPages(bytes) }
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, ...error.refusal }
    throw error
  }
}

/** {@link scanOggOpus} in one go. */
export function readOggOpus(bytes: Uint8Array): OggOpusResult {
  const scan = scanOggOpus(bytes)
  for (;;) {
    const step = scan.next()
    if (step.done === true) return step.value
  }
}

function* scanPages(bytes: Uint8Array): Generator<undefined, OggOpusFile> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const index = new PacketIndex()
  let head: OpusHead | undefined
  let hasTags = false
  let pending: Uint8Array[] = []
  let pendingBytes = 0
  let offset = 0
  let pageCount = 0
  let serial = 0
  let firstGranule: number | undefined
  let lastGranule = 0
  let stepOffset = BYTES_PER_STEP

  for (;;) {
    if (offset >= bytes.length) throw new Refusal('truncated', offset, 'the stream has no last page')
    const page = readPage(bytes, view, offset)
    const isFirst = (page.flags & FLAG_FIRST) !== 0
    if (isFirst !== (pageCount === 0)) throw new Refusal('unsupported', offset, 'more or less than one stream')
    if (pageCount === 0) serial = page.serial
    else if (page.serial !== serial) throw new Refusal('unsupported', offset, 'several streams in one file')
    if (page.sequence !== pageCount) throw new Refusal('malformed', offset, 'a page is missing or doubled')
    const isContinued = (page.flags & FLAG_CONTINUED) !== 0
    if (isContinued !== pending.length > 0) throw new Refusal('malformed', offset, 'a packet is cut off')

    const packetsBefore = index.count
    const samplesBefore = index.totalSamples
    let endsPacket = false
    let at = page.bodyOffset
    let packetOffset = at
    for (let segment = 0; segment < page.segmentCount; segment += 1) {
      const length = bytes[offset + PAGE_HEADER_BYTES + segment] ?? 0
      at += length
      if (length === 255) continue
      const tail = bytes.subarray(packetOffset, at)
      const isJoined = pending.length > 0
      const packet = isJoined ? Buffer.concat([...pending, tail]) : tail
      pending = []
      pendingBytes = 0
      endsPacket = true
      if (head === undefined) head = readOpusHead(packet)
      else if (hasTags) index.add(offset, packetOffset, packet, isJoined)
      else if (startsWith(packet, 'OpusTags')) hasTags = true
      else throw new Refusal('not-opus', offset, 'no OpusTags in the second packet')
      packetOffset = at
    }
    if (at > packetOffset) {
      pending.push(bytes.subarray(packetOffset, at))
      pendingBytes += at - packetOffset
      // The comment header may hold a picture; an audio packet may not grow without end.
      if (hasTags && pendingBytes > MAX_PACKET_BYTES) throw new Refusal('unsupported', offset, 'packet too long')
    }

    const isLast = (page.flags & FLAG_LAST) !== 0
    if (index.count > packetsBefore) {
      firstGranule ??= findStartGranule(page.granule, index.totalSamples, isLast, offset)
      checkGranule(page, firstGranule, samplesBefore, index.totalSamples, isLast, offset)
      lastGranule = page.granule
    } else if (page.granule !== -1 && endsPacket && page.granule !== 0) {
      throw new Refusal('malformed', offset, 'a header page with a granule position')
    }
    offset = page.nextOffset
    pageCount += 1
    if (isLast) break
    if (offset > stepOffset) {
      stepOffset = offset + BYTES_PER_STEP
      yield
    }
  }
  if (offset < bytes.length) throw new Refusal('unsupported', offset, 'something follows the end of the stream')
  if (pending.length > 0) throw new Refusal('truncated', offset, 'the last packet is cut off')
  if (head === undefined || firstGranule === undefined) throw new Refusal('malformed', offset, 'no audio')
  const totalSamples = lastGranule - firstGranule - head.preSkip
  if (totalSamples <= 0) throw new Refusal('malformed', offset, 'no audio after the pre-skip')
  return {
    bytes,
    ...head,
    totalSamples,
    packetCount: index.count,
    packetOffsets: index.offsets.slice(0, index.count),
    packetLengths: index.lengths.slice(0, index.count),
    packetStarts: index.starts.slice(0, index.count),
    joinedPackets: index.joined,
  }
}

/** A stream may begin at any granule position, but not before zero unless it is one trimmed page (RFC 7845 §4.3). */
function findStartGranule(granule: number, samples: number, isLast: boolean, offset: number): number {
  if (granule >= samples) return isLast ? 0 : granule - samples
  if (isLast && granule >= 0) return 0
  throw new Refusal('malformed', offset, 'the stream begins before zero')
}

/** Granule positions must agree with the packets; only the last page may state less (end trimming, RFC 7845 §4.4). */
function checkGranule(page: Page, start: number, before: number, after: number, isLast: boolean, offset: number): void {
  const isExact = page.granule === start + after
  const isTrimmed = isLast && page.granule >= start + before && page.granule <= start + after
  if (!isExact && !isTrimmed) throw new Refusal('malformed', offset, 'granule position and packets disagree')
}

/** The compressed bytes of packet `index`; undefined past the end. */
export function getPacket(file: OggOpusFile, index: number): Uint8Array | undefined {
  const offset = file.packetOffsets[index]
  const length = file.packetLengths[index]
  if (offset === undefined || length === undefined) return undefined
  return file.joinedPackets.get(index) ?? file.bytes.subarray(offset, offset + length)
}

/**
 * Where to begin decoding in order to hear from `sample` on: the packet, and how many decoded samples to throw away
 * first. At least 80 ms lie before the position, or the stream's beginning (RFC 7845 §4.6).
 */
export function seekSample(file: OggOpusFile, sample: number): { packetIndex: number; discardSamples: number } {
  const wanted = Math.max(0, Math.min(sample, file.totalSamples)) + file.preSkip
  const decodeFrom = sample <= 0 ? 0 : Math.max(0, wanted - PRE_ROLL_SAMPLES)
  let low = 0
  let high = file.packetCount - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((file.packetStarts[middle] ?? 0) <= decodeFrom) low = middle
    else high = middle - 1
  }
  return { packetIndex: low, discardSamples: wanted - (file.packetStarts[low] ?? 0) }
}

/** What an Ogg Opus file says about its own length, read from its first and last pages (RFC 3533, RFC 7845). */
import { open } from 'node:fs/promises'

/** A page is at most 27 + 255 + 255 × 255 bytes long (RFC 3533 §6), so twice that surely contains its start. */
const tailBytes = 2 * 65_307
const headBytes = 4096

/**
 * The number of samples at 48 kHz that a decoder must give: the last page's granule position without the pre-skip
 * (RFC 7845 §4). null when the file is not Ogg Opus.
 */
export async function readOpusSampleCount(path: string): Promise<number | null> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const head = Buffer.alloc(Math.min(headBytes, size))
    await file.read(head, 0, head.length, 0)
    const tail = Buffer.alloc(Math.min(tailBytes, size))
    await file.read(tail, 0, tail.length, size - tail.length)
    return countOpusSamples(head, tail)
  } finally {
    await file.close()
  }
}

/** `head` and `tail` are the first and the last bytes of the file; they may overlap. */
export function countOpusSamples(head: Buffer, tail: Buffer): number | null {
  const opusHeadAt = head.indexOf('OpusHead', 0, 'latin1')
  if (head.indexOf('OggS', 0, 'latin1') !== 0 || opusHeadAt < 0 || opusHeadAt + 12 > head.length) return null
  const preSkip = head.readUInt16LE(opusHeadAt + 10)
  // Backwards, because "OggS" may occur by chance inside a packet: a page must end where the file ends.
  for (let at = tail.length; at >= 0; ) {
    at = tail.lastIndexOf('OggS', at, 'latin1')
    if (at < 0) return null
    if (readPageBytes(tail, at) === tail.length - at) {
      const sampleCount = Number(tail.readBigInt64LE(at + 6)) - preSkip
      return sampleCount >= 0 ? sampleCount : null
    }
    at -= 1
  }
  return null
}

function readPageBytes(buffer: Buffer, at: number): number | null {
  const segments = buffer[at + 26]
  if (segments === undefined || at + 27 + segments > buffer.length) return null
  let bytes = 27 + segments
  for (const length of buffer.subarray(at + 27, at + 27 + segments)) bytes += length
  return bytes
}

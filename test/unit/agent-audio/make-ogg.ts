import { execFileSync } from 'node:child_process'

/** A page as RFC 3533 §6 has it; `lacing` overrides the segment table that follows from the packets. */
export type PageSpec = {
  readonly flags?: number
  readonly granule: number
  readonly serial?: number
  readonly sequence: number
  readonly packets: readonly Uint8Array[]
  /** The last packet goes on on the next page: its length must be a multiple of 255. */
  readonly isOpen?: boolean
}

export function makePage({ flags = 0, granule, serial = 7, sequence, packets, isOpen = false }: PageSpec): Buffer {
  const lacing = packets.flatMap((packet, index) => {
    const full = Array.from({ length: Math.floor(packet.length / 255) }, () => 255)
    return isOpen && index === packets.length - 1 ? full : [...full, packet.length % 255]
  })
  const header = Buffer.alloc(27)
  header.write('OggS', 0)
  header[5] = flags
  header.writeBigInt64LE(BigInt(granule), 6)
  header.writeUInt32LE(serial, 14)
  header.writeUInt32LE(sequence, 18)
  header[26] = lacing.length
  const page = Buffer.concat([header, Buffer.from(lacing), ...packets])
  page.writeUInt32LE(crc(page), 22)
  return page
}

/** The CRC bit by bit, written apart from the reader's table on purpose. */
function crc(bytes: Uint8Array): number {
  let value = 0
  for (const byte of bytes) {
    value = (value ^ (byte << 24)) >>> 0
    for (let bit = 0; bit < 8; bit += 1) value = ((value << 1) ^ (value & 0x80000000 ? 0x04c11db7 : 0)) >>> 0
  }
  return value
}

export function makeOpusHead(
  options: { channels?: number; preSkip?: number; family?: number; gain?: number } = {},
): Buffer {
  const head = Buffer.alloc(19)
  head.write('OpusHead', 0)
  head[8] = 1
  head[9] = options.channels ?? 1
  head.writeUInt16LE(options.preSkip ?? 312, 10)
  head.writeUInt32LE(48_000, 12)
  head.writeInt16LE(options.gain ?? 0, 16)
  head[18] = options.family ?? 0
  return head
}

export const OPUS_TAGS = Buffer.concat([Buffer.from('OpusTags'), Buffer.alloc(8)])

/** A 20 ms packet of silence (CELT, code 0) of the given length. */
export function makePacket(length = 3): Buffer {
  const packet = Buffer.alloc(length)
  packet[0] = 0xf8
  return packet
}

export const FIRST = 2
export const LAST = 4
export const CONTINUED = 1

/** The two header pages. */
export function makeHeaders(head = makeOpusHead(), tags: Uint8Array = OPUS_TAGS): Buffer[] {
  return [
    makePage({ flags: FIRST, granule: 0, sequence: 0, packets: [head] }),
    makePage({ granule: 0, sequence: 1, packets: [tags] }),
  ]
}

/** A clip made as the server makes it (ffmpeg, libopus, 32 kbit/s, 20 ms). `source` is a lavfi graph. */
export function encodeOpus(source: string, parameters: readonly string[] = []): Buffer {
  return execFileSync('ffmpeg', [
    ...['-v', 'error', '-f', 'lavfi', '-i', source, '-ac', '1', '-ar', '48000'],
    ...[
      '-c:a',
      'libopus',
      '-b:a',
      '32k',
      '-frame_duration',
      '20',
      ...parameters,
      '-fflags',
      '+bitexact',
      '-f',
      'ogg',
      '-',
    ],
  ])
}

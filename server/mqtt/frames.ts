/** The little of MQTT's wire format (3.1.1 §2.2, §3.3) that the broker needs beside aedes: measuring what comes in, writing what goes out. */

const MAX_LENGTH_DIGITS = 4
const PUBLISH = 0x30

/** How many bytes the "remaining length" of §2.2.3 takes. */
function encodeLength(length: number): Buffer {
  const digits: number[] = []
  let rest = length
  do {
    const digit = rest % 128
    rest = Math.floor(rest / 128)
    digits.push(rest > 0 ? digit | 0x80 : digit)
  } while (rest > 0)
  return Buffer.from(digits)
}

/** A PUBLISH that is written to many clients: its payload is shared, only the packet identifier differs. */
export interface PublishFrame {
  readonly bytes: number
  /** `messageId` (1…65535) for QoS 1; undefined for QoS 0. */
  head(messageId: number | undefined): Buffer
  readonly payload: Uint8Array
}

export function makePublishFrame(topic: string, payload: Uint8Array, qos: 0 | 1): PublishFrame {
  const name = Buffer.from(topic)
  const length = encodeLength(2 + name.byteLength + (qos === 1 ? 2 : 0) + payload.byteLength)
  const prefix = Buffer.alloc(1 + length.byteLength + 2 + name.byteLength)
  prefix.writeUInt8(PUBLISH | (qos << 1), 0)
  length.copy(prefix, 1)
  prefix.writeUInt16BE(name.byteLength, 1 + length.byteLength)
  name.copy(prefix, 3 + length.byteLength)
  return {
    bytes: prefix.byteLength + (qos === 1 ? 2 : 0) + payload.byteLength,
    head: (messageId) => {
      if (messageId === undefined) return prefix
      const head = Buffer.allocUnsafe(prefix.byteLength + 2)
      prefix.copy(head)
      head.writeUInt16BE(messageId, prefix.byteLength)
      return head
    },
    payload,
  }
}

/** What a chunk of a connection's bytes holds: how many packets begin in it, or why nothing more may be read. */
export type Measured = { ok: true; packets: number } | { ok: false; breach: 'packet-too-large' | 'malformed-length' }

/**
 * Follows the packet boundaries of one connection without keeping a byte of it, so that a packet beyond `maxBytes()`
 * is refused by its header, before its body is buffered or parsed.
 */
export function createFrameMeter(maxBytes: () => number): (chunk: Uint8Array) => Measured {
  let bodyLeft = 0
  /** 0: a packet's first byte is next; above: digits of the length read so far, plus one. */
  let headerBytes = 0
  let length = 0
  return (chunk) => {
    let packets = 0
    let at = 0
    while (at < chunk.byteLength) {
      if (bodyLeft > 0) {
        const skipped = Math.min(bodyLeft, chunk.byteLength - at)
        bodyLeft -= skipped
        at += skipped
        continue
      }
      const byte = chunk[at] ?? 0
      at += 1
      if (headerBytes === 0) {
        headerBytes = 1
        length = 0
        packets += 1
        continue
      }
      length += (byte & 0x7f) * 128 ** (headerBytes - 1)
      if (length > maxBytes()) return { ok: false, breach: 'packet-too-large' }
      if ((byte & 0x80) !== 0) {
        headerBytes += 1
        if (headerBytes > MAX_LENGTH_DIGITS) return { ok: false, breach: 'malformed-length' }
        continue
      }
      headerBytes = 0
      bodyLeft = length
    }
    return { ok: true, packets }
  }
}

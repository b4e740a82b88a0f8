import fc from 'fast-check'
import { generate, type Packet, parser } from 'mqtt-packet'
import { describe, expect, it } from 'vitest'
import { createFrameMeter, makePublishFrame } from '#server/mqtt/frames.ts'
import { createRateLimiter } from '#server/mqtt/rate-limit.ts'

function parseAll(bytes: Buffer): Packet[] {
  const packets: Packet[] = []
  const parse = parser({ protocolVersion: 4 })
  parse.on('packet', (packet: Packet) => packets.push(packet))
  parse.parse(bytes)
  return packets
}

describe('makePublishFrame', () => {
  it.each([0, 1, 100, 127, 128, 16_383, 16_384, 600_000])('is what a client reads, with %i bytes', (size) => {
    const payload = Buffer.alloc(size, 7)
    for (const qos of [0, 1] as const) {
      const frame = makePublishFrame('loaxa/v1/á', payload, qos)
      const bytes = Buffer.concat([frame.head(qos === 1 ? 0xabcd : undefined), frame.payload])
      expect(bytes.byteLength).toBe(frame.bytes)
      const [packet] = parseAll(bytes)
      expect(packet).toMatchObject({ cmd: 'publish', topic: 'loaxa/v1/á', qos, retain: false, dup: false })
      if (packet?.cmd === 'publish') expect(payload.equals(Buffer.from(packet.payload))).toBe(true)
      if (qos === 1) expect(packet).toMatchObject({ messageId: 0xabcd })
    }
  })
})

describe('createFrameMeter', () => {
  it('counts packets however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(40_000), { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 9_000 }), { minLength: 1, maxLength: 20 }),
        (sizes, cuts) => {
          const stream = Buffer.concat(
            sizes.map((size) =>
              generate({ cmd: 'publish', topic: 't', payload: Buffer.alloc(size), qos: 0, dup: false, retain: false }),
            ),
          )
          const measure = createFrameMeter(() => 50_000)
          let packets = 0
          for (let at = 0, i = 0; at < stream.byteLength; i++) {
            const size = cuts[i % cuts.length] ?? 1
            const measured = measure(stream.subarray(at, at + size))
            expect(measured.ok).toBe(true)
            if (measured.ok) packets += measured.packets
            at += size
          }
          expect(packets).toBe(sizes.length)
        },
      ),
      { numRuns: 50 },
    )
  })

  it.each<[string, number[], unknown]>([
    [
      'a packet that says it is larger than allowed, by its header alone',
      [0x30, 0xe9, 0x07],
      { ok: false, breach: 'packet-too-large' },
    ],
    ['a packet of the largest size', [0x30, 0xe8, 0x07], { ok: true, packets: 1 }],
    ['a length of five digits', [0x30, 0x80, 0x80, 0x80, 0x80], { ok: false, breach: 'malformed-length' }],
    ['empty packets', [0xc0, 0x00, 0xc0, 0x00], { ok: true, packets: 2 }],
  ])('tells %s', (_name, bytes, expected) => {
    expect(createFrameMeter(() => 1_000)(Uint8Array.from(bytes))).toEqual(expected)
  })
})

describe('createRateLimiter', () => {
  it('allows a burst, then the average', () => {
    const spend = createRateLimiter({ perSecond: 10, burst: 5 }, 0)
    expect([1, 2, 3, 4, 5, 6].map(() => spend(1, 0))).toEqual([true, true, true, true, true, false])
    expect(spend(1, 100)).toBe(true)
    expect(spend(1, 150)).toBe(false)
    expect(spend(6, 60_000)).toBe(false)
    expect(spend(5, 60_000)).toBe(true)
  })
})

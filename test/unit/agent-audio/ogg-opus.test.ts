import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { getPacket, readOggOpus, scanOggOpus, seekSample } from '#agent/core/ogg-opus.ts'
import { measureOpusPacket } from '#agent/core/opus-packet.ts'
import {
  CONTINUED,
  encodeOpus,
  FIRST,
  LAST,
  makeHeaders,
  makeOpusHead,
  makePacket,
  makePage,
  OPUS_TAGS,
} from './make-ogg.ts'

const audioPage = (sequence: number, granule: number, count: number, flags = 0) =>
  makePage({ flags, granule, sequence, packets: Array.from({ length: count }, () => makePacket()) })

function read(...pages: Uint8Array[]) {
  return readOggOpus(Buffer.concat(pages))
}

describe('a well-formed clip', () => {
  it.each([
    ['0.5 s', 'sine=440:d=0.5', [], 24_000],
    ['odd length', 'sine=440:r=48000:d=1.2345', [], 59_256],
    ['one packet', 'sine=440:r=48000:d=0.01', [], 480],
    ['60 ms packets', 'sine=440:d=1', ['-frame_duration', '60'], 48_000],
    ['2.5 ms packets', 'sine=440:d=1', ['-frame_duration', '2.5'], 48_000],
    ['stereo', 'sine=440:d=1', ['-ac', '2'], 48_000],
    ['small pages', 'sine=440:d=1', ['-page_duration', '20000'], 48_000],
    ['large packets', 'anoisesrc=d=1', ['-b:a', '256k', '-vbr', 'off', '-frame_duration', '60'], 48_000],
  ] as const)('from ffmpeg, %s, has the right number of samples', (_name, source, parameters, totalSamples) => {
    const result = readOggOpus(encodeOpus(source, parameters))
    expect(result).toMatchObject({ ok: true, file: { totalSamples } })
  })

  it('gives every packet back, also one that spans pages', () => {
    const long = Buffer.concat([makePacket(3), Buffer.alloc(507, 5)])
    const first = makePage({ granule: -1, sequence: 2, packets: [long.subarray(0, 510)], isOpen: true })
    const rest = makePage({
      flags: CONTINUED | LAST,
      granule: 1_920,
      sequence: 3,
      packets: [Buffer.alloc(30, 6), makePacket()],
    })
    const result = read(...makeHeaders(), first, rest)
    if (!result.ok) throw new Error(result.detail)
    expect(result.file.packetCount).toBe(2)
    expect(getPacket(result.file, 0)).toEqual(Buffer.concat([long, Buffer.alloc(30, 6)]))
    expect(getPacket(result.file, 1)).toEqual(makePacket())
    expect(getPacket(result.file, 2)).toBeUndefined()
  })

  it('may begin late (RFC 7845 §4.3) and is trimmed at its end (§4.4)', () => {
    const result = read(...makeHeaders(), audioPage(2, 10_000, 2), audioPage(3, 10_000 + 1_500, 2, LAST))
    // 10,000 − 1,920 is the start; 11,500 − 8,080 − 312 remain.
    expect(result).toMatchObject({ ok: true, file: { totalSamples: 3_108 } })
  })

  it('keeps the gain of its header', () => {
    const headers = makeHeaders(makeOpusHead({ gain: -1_536 }))
    expect(read(...headers, audioPage(2, 960, 1, LAST))).toMatchObject({ ok: true, file: { outputGainDb: -6 } })
  })

  it('is found by position with 80 ms to spare', () => {
    const result = readOggOpus(encodeOpus('sine=440:d=2'))
    if (!result.ok) throw new Error(result.detail)
    expect(seekSample(result.file, 0)).toEqual({ packetIndex: 0, discardSamples: 312 })
    for (const sample of [1, 959, 960, 48_000, 95_999, 96_000]) {
      const { packetIndex, discardSamples } = seekSample(result.file, sample)
      const start = result.file.packetStarts[packetIndex] ?? Number.NaN
      expect(start + discardSamples).toBe(sample + 312)
      if (start > 0) expect(discardSamples).toBeGreaterThanOrEqual(3_840)
    }
  })

  it('is read in bounded steps', () => {
    const headers = makeHeaders()
    const pages = Array.from({ length: 40 }, (_, index) => {
      const packets = Array.from({ length: 50 }, () => makePacket(255))
      return makePage({ flags: index === 39 ? LAST : 0, granule: (index + 1) * 48_000, sequence: index + 2, packets })
    })
    const steps = [...scanOggOpus(Buffer.concat([...headers, ...pages]))]
    expect(steps.length).toBe(1)
  })
})

describe('what is refused', () => {
  const good = audioPage(2, 960, 1, LAST)
  it.each([
    ['nothing', [], 'truncated'],
    ['not Ogg', [Buffer.from('#EXTM3U\n/etc/passwd\n')], 'not-ogg'],
    ['only headers', makeHeaders(), 'truncated'],
    ['no last page', [...makeHeaders(), audioPage(2, 960, 1)], 'truncated'],
    ['cut in a page', [...makeHeaders(), good.subarray(0, -1)], 'truncated'],
    ['cut in a page header', [...makeHeaders(), good.subarray(0, 20)], 'truncated'],
    [
      'a flipped bit',
      [...makeHeaders(), Buffer.from(good.map((byte, at) => (at === 28 ? byte ^ 1 : byte)))],
      'bad-checksum',
    ],
    [
      'not Opus',
      [makePage({ flags: FIRST, granule: 0, sequence: 0, packets: [Buffer.from('\x01vorbis')] })],
      'not-opus',
    ],
    ['no tags', [...makeHeaders(makeOpusHead(), makePacket()), good], 'not-opus'],
    ['surround', [...makeHeaders(makeOpusHead({ family: 1, channels: 6 })), good], 'unsupported'],
    ['no channel', [...makeHeaders(makeOpusHead({ channels: 0 })), good], 'unsupported'],
    ['a lost page', [...makeHeaders(), audioPage(3, 960, 1, LAST)], 'malformed'],
    ['a doubled page', [...makeHeaders(), ...makeHeaders().slice(1), good], 'malformed'],
    [
      'another stream',
      [...makeHeaders(), makePage({ granule: 960, serial: 8, sequence: 2, packets: [makePacket()] })],
      'unsupported',
    ],
    ['a chained stream', [...makeHeaders(), good, ...makeHeaders()], 'unsupported'],
    ['trailing bytes', [...makeHeaders(), good, Buffer.from('x')], 'unsupported'],
    ['too much granule', [...makeHeaders(), audioPage(2, 960, 1), audioPage(3, 5_000, 1, LAST)], 'malformed'],
    ['granule going back', [...makeHeaders(), audioPage(2, 1_920, 2), audioPage(3, 960, 1, LAST)], 'malformed'],
    ['a start before zero', [...makeHeaders(), audioPage(2, 900, 1), audioPage(3, 1_920, 1, LAST)], 'malformed'],
    ['all trimmed', [...makeHeaders(), audioPage(2, 300, 1, LAST)], 'malformed'],
    [
      'an empty packet',
      [...makeHeaders(), makePage({ flags: LAST, granule: 960, sequence: 2, packets: [Buffer.alloc(0)] })],
      'malformed',
    ],
    [
      'an unfinished packet',
      [
        ...makeHeaders(),
        makePage({ flags: LAST, granule: 960, sequence: 2, packets: [makePacket(), makePacket(255)], isOpen: true }),
      ],
      'truncated',
    ],
    ['a continuation of nothing', [...makeHeaders(), audioPage(2, 960, 1, LAST | CONTINUED)], 'malformed'],
    [
      'an invalid packet',
      [...makeHeaders(), makePage({ flags: LAST, granule: 960, sequence: 2, packets: [Buffer.from([0xfb, 0])] })],
      'malformed',
    ],
    [
      'a huge packet',
      [...makeHeaders(), makePage({ flags: LAST, granule: 960, sequence: 2, packets: [makePacket(5_000)] })],
      'unsupported',
    ],
    [
      'a granule past all numbers',
      [
        ...makeHeaders(),
        makePage({ flags: LAST, granule: Number.MAX_SAFE_INTEGER, sequence: 2, packets: [makePacket()] }),
      ],
      'malformed',
    ],
  ] as const)('%s', (_name, pages, kind) => {
    expect(read(...pages)).toMatchObject({ ok: false, kind })
  })

  it('a real clip cut anywhere', () => {
    const clip = encodeOpus('sine=440:d=0.3')
    for (let length = 0; length < clip.length; length += 7) {
      expect(readOggOpus(clip.subarray(0, length)).ok).toBe(false)
    }
  })

  it('never throws, whatever comes', () => {
    const clip = encodeOpus('sine=440:d=0.2')
    const headers = Buffer.concat(makeHeaders())
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(clip.length), (noise, at) => {
        readOggOpus(noise)
        readOggOpus(Buffer.concat([headers, noise]))
        const damaged = Buffer.from(clip)
        damaged.set(noise.subarray(0, clip.length - at), at)
        readOggOpus(damaged)
        const packets = noise.length === 0 ? [makePacket()] : [Buffer.from(noise)]
        read(headers, makePage({ flags: LAST, granule: 960, sequence: 2, packets }))
      }),
    )
  })
})

describe('the length of an Opus packet', () => {
  it.each([
    ['SILK 10 ms', [0x00, 1], 480],
    ['SILK 60 ms', [0x18, 1], 2_880],
    ['hybrid 20 ms', [0x68, 1], 960],
    ['CELT 2.5 ms', [0x80, 1], 120],
    ['two equal frames', [0xf9, 1, 2], 1_920],
    ['two equal frames of odd size', [0xf9, 1], undefined],
    ['two frames', [0xfa, 1, 9, 9, 9], 1_920],
    ['two frames, the first too long', [0xfa, 9, 1], undefined],
    ['two frames without a length', [0xfa], undefined],
    ['a length cut in two', [0xfa, 252], undefined],
    ['three frames', [0xfb, 3, 1, 2, 3], 2_880],
    ['three frames of unequal size, said to be equal', [0xfb, 3, 1, 2], undefined],
    ['three frames with lengths', [0xfb, 0x83, 1, 2, 9, 8, 8, 7], 2_880],
    ['three frames with lengths past the end', [0xfb, 0x83, 1, 7, 9], undefined],
    ['padding', [0xfb, 0x41, 2, 9, 0, 0], 960],
    ['padding past the end', [0xfb, 0x41, 9, 9], undefined],
    ['padding without an end', [0xfb, 0x41, 255, 255], undefined],
    ['no frames', [0xfb, 0], undefined],
    ['more than 120 ms', [0xfb, 7, 1, 1, 1, 1, 1, 1, 1], undefined],
    ['nothing', [], undefined],
  ])('%s', (_name, bytes, samples) => {
    expect(measureOpusPacket(Uint8Array.from(bytes))).toBe(samples)
  })

  it('leaves out frames of more than 1,275 bytes', () => {
    expect(measureOpusPacket(makePacket(1_276))).toBe(960)
    expect(measureOpusPacket(makePacket(1_277))).toBeUndefined()
  })
})

it('reads tags that fill several pages', () => {
  const tags = Buffer.concat([OPUS_TAGS, Buffer.alloc(510 - OPUS_TAGS.length), Buffer.alloc(40)])
  const pages = [
    makePage({ flags: FIRST, granule: 0, sequence: 0, packets: [makeOpusHead()] }),
    makePage({ granule: -1, sequence: 1, packets: [tags.subarray(0, 510)], isOpen: true }),
    makePage({ flags: CONTINUED, granule: 0, sequence: 2, packets: [tags.subarray(510)] }),
    audioPage(3, 960, 1, LAST),
  ]
  expect(read(...pages)).toMatchObject({ ok: true, file: { totalSamples: 648 } })
})

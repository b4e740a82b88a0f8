import { describe, expect, it } from 'vitest'
import { flat, MixerBench, ramp, segment, T0, voice } from './mixer-bench.ts'

describe('one voice', () => {
  it('starts at its instant to the sample, and its segments follow each other without a gap', () => {
    const bench = new MixerBench()
    bench.mixer.load(voice('v', 1_003.25, [segment('a', flat(0.2, 500)), segment('b', flat(0.4, 250))]))
    bench.renderTo(2_000)
    expect(bench.story()).toEqual([
      'v/a started @1003.3 from 0',
      'v/a played 500/500 @1503.3',
      'v/b started @1503.3 from 0',
      'v/b played 250/250 @1753.3',
      'v ended played @1753.3',
    ])
    const first = bench.heard.findIndex((sample) => sample !== 0)
    expect(first).toBe(1_003.25 * 48)
    const values = bench.heard.slice(first, first + 750 * 48)
    expect(new Set(values.slice(0, 500 * 48).map((value) => value.toFixed(3)))).toEqual(new Set(['0.200']))
    expect(new Set(values.slice(500 * 48).map((value) => value.toFixed(3)))).toEqual(new Set(['0.400']))
    expect(bench.heard.findLastIndex((sample) => sample !== 0)).toBe(first + 750 * 48 - 1)
  })

  it('keeps gaps between segments, repeats, and leaves out the gap at its end', () => {
    const bench = new MixerBench()
    const segments = [
      segment('a', flat(0.2, 100), { gapAfterMs: 50 }),
      segment('b', flat(0.2, 100), { gapAfterMs: 30 }),
    ]
    expect(bench.mixer.load(voice('v', 0, segments, { repeats: 2 }))).toBe(530)
    bench.renderTo(1_000)
    expect(bench.of('segment-started').map(({ segmentId, round, atMs }) => [segmentId, round, atMs - T0])).toEqual([
      ['a', 0, 0],
      ['b', 0, 150],
      ['a', 1, 280],
      ['b', 1, 430],
    ])
    expect(bench.of('voice-ended')).toMatchObject([{ outcome: 'played', atMs: T0 + 530 }])
  })

  it('tells nothing before it was heard', () => {
    const bench = new MixerBench()
    bench.mixer.load(voice('v', 100, [segment('a', flat(0.2, 100))]))
    bench.renderTo(140)
    expect(bench.events).toEqual([])
    bench.renderTo(160)
    expect(bench.events).toMatchObject([{ type: 'segment-started', atMs: T0 + 100 }])
    bench.renderTo(245)
    expect(bench.events).toHaveLength(1)
  })

  it('begins within a clip when asked to', () => {
    const bench = new MixerBench()
    bench.mixer.load(voice('v', 0, [segment('a', ramp(1_000), { fromSample: 24_000 })]))
    bench.renderTo(600)
    expect(bench.story()).toEqual(['v/a started @0 from 500', 'v/a played 500/500 @500', 'v ended played @500'])
    expect(bench.at(100)).toBeCloseTo(0.3, 3)
  })

  it('tells its progress about once a second', () => {
    const bench = new MixerBench()
    bench.mixer.load(voice('v', 0, [segment('a', flat(0.1, 3_500))]))
    bench.renderTo(4_000)
    expect(bench.of('progress').map(({ heardMs }) => heardMs)).toEqual([1_000, 2_000, 3_000])
  })

  it('does not begin while it is unknown when a frame will sound, and joins afterwards', () => {
    const bench = new MixerBench()
    bench.isAnchored = false
    bench.mixer.load(voice('v', 50, [segment('a', ramp(1_000))]))
    bench.renderTo(100)
    bench.isAnchored = true
    bench.renderTo(1_200)
    expect(bench.of('segment-started')).toMatchObject([{ atMs: T0 + 100, fromMs: 50 }])
    expect(bench.of('segment-ended')).toMatchObject([{ outcome: 'played', heardMs: 950, endedAtMs: T0 + 1_050 }])
  })
})

describe('loaded late', () => {
  const segments = () => [
    segment('a', ramp(1_000), { gapAfterMs: 200 }),
    segment('b', ramp(1_000), { gapAfterMs: 200 }),
    segment('c', ramp(1_000)),
  ]
  it.each([
    [0, 'join', 50, ['v/a started @50 from 50', 'v/a played 950/1000 @1000']],
    [0, 'join', 500, ['v/a started @500 from 500', 'v/a partial 500/1000 @1000 joined-late']],
    [0, 'join', 1_100, ['v/a partial 0/1000 @1100 joined-late', 'v/b started @1200 from 0']],
    [0, 'join', 1_200, ['v/a partial 0/1000 @1200 joined-late', 'v/b started @1200 from 0']],
    [0, 'join', 1_700, ['v/a partial 0/1000 @1700 joined-late', 'v/b started @1700 from 500']],
    [
      0,
      'join',
      3_400,
      [
        'v/a partial 0/1000 @3400 joined-late',
        'v/b partial 0/1000 @3400 joined-late',
        'v/c partial 0/1000 @3400 joined-late',
        'v ended partial @3400',
      ],
    ],
    [0, 'from-start', 1_700, ['v/a started @1700 from 0', 'v/a played 1000/1000 @2700']],
  ] as const)('start at %d, %s at %d', (startMs, late, loadedMs, expected) => {
    const bench = new MixerBench().renderTo(loadedMs)
    bench.mixer.load(voice('v', startMs, segments(), { late }))
    bench.renderTo(loadedMs + 5_000)
    const story = bench.story().filter((line) => !line.includes('progress'))
    expect(story.slice(0, expected.length)).toEqual(expected)
    expect(bench.of('segment-ended').map(({ segmentId }) => segmentId)).toEqual(['a', 'b', 'c'])
    expect(bench.of('voice-ended')).toHaveLength(1)
  })

  it('joins in the right round', () => {
    const bench = new MixerBench().renderTo(2_500)
    bench.mixer.load(voice('v', 0, [segment('a', ramp(1_000))], { repeats: 4 }))
    bench.renderTo(5_000)
    expect(bench.of('segment-started').map(({ round, fromMs }) => [round, fromMs])).toEqual([
      [2, 500],
      [3, 0],
    ])
    expect(bench.of('segment-ended').map(({ round, outcome }) => [round, outcome])).toEqual([
      [0, 'partial'],
      [2, 'partial'],
      [3, 'played'],
    ])
  })
})

describe('levels', () => {
  it('a higher voice holds a lower one, which resumes where it was', () => {
    const bench = new MixerBench()
    bench.mixer.load(voice('low', 0, [segment('a', ramp(1_000))]))
    bench.mixer.load(voice('high', 400, [segment('e', flat(0.7, 300))], { level: 'emergency' }))
    bench.renderTo(2_000)
    expect(bench.story()).toEqual([
      'low/a started @0 from 0',
      'low/a held at 400 @400 preempted',
      'high/e started @400 from 0',
      'high/e played 300/300 @700',
      'high ended played @700',
      'low/a resumed at 400 @700',
      'low/a progress 1000',
      'low/a played 1000/1000 @1300',
      'low ended played @1300',
    ])
    expect(bench.at(399)).toBeCloseTo(0.1995, 3)
    expect(bench.at(500)).toBeCloseTo(0.7, 3)
    // Past the fade-in it is the sample at 400 + 20 ms.
    expect(bench.at(720)).toBeCloseTo(0.21, 3)
  })

  it('fades within 10 ms instead of clicking', () => {
    const bench = new MixerBench()
    bench.mixer.load(voice('v', 0, [segment('a', flat(0.8, 1_000))]))
    bench.renderTo(300)
    bench.mixer.stop('v')
    bench.renderTo(400)
    const tail = bench.heard.slice(300 * 48, 310 * 48)
    const steps = tail.map((sample, index) => Math.abs(sample - (tail[index - 1] ?? 0.8)))
    expect(Math.max(...steps)).toBeLessThan(0.003)
    expect(bench.at(310.1)).toBe(0)
  })

  it('the one that began first goes on among equals, the other waits', () => {
    const bench = new MixerBench()
    bench.mixer.load(voice('second', 100, [segment('b', flat(0.2, 300))]))
    bench.mixer.load(voice('first', 0, [segment('a', flat(0.1, 300))]))
    bench.renderTo(1_000)
    expect(bench.story()).toEqual([
      'first/a started @0 from 0',
      'second/b held at 0 @100 preempted',
      'first/a played 300/300 @300',
      'first ended played @300',
      'second/b resumed at 0 @300',
      'second/b started @300 from 0',
      'second/b played 300/300 @600',
      'second ended played @600',
    ])
  })

  it('the plan’s order decides among equals that start together, and the other follows', () => {
    const bench = new MixerBench()
    bench.mixer.load(voice('second', 0, [segment('b', flat(0.2, 100))], { order: 2 }))
    bench.mixer.load(voice('first', 0, [segment('a', flat(0.1, 100))], { order: 1 }))
    bench.renderTo(500)
    expect(bench.of('segment-started').map(({ voiceId, atMs }) => [voiceId, atMs - T0])).toEqual([
      ['first', 0],
      ['second', 100],
    ])
  })

  it('an equal follows only if it can still end in its window', () => {
    const bench = new MixerBench()
    bench.mixer.load(voice('first', 0, [segment('a', flat(0.1, 600))]))
    bench.mixer.load(voice('second', 100, [segment('b', flat(0.2, 400))], { latestEndAtMs: T0 + 700 }))
    bench.renderTo(2_000)
    expect(bench.of('voice-ended').map(({ voiceId, outcome }) => [voiceId, outcome])).toEqual([
      ['second', 'partial'],
      ['first', 'played'],
    ])
    expect(bench.of('segment-ended', 'second')).toMatchObject([{ heardMs: 0, reason: 'preempted' }])
  })

  it('the items of an occurrence stay together: an equal that waits comes after the last one', () => {
    const bench = new MixerBench()
    bench.mixer.load(voice('a1', 0, [segment('a', flat(0.1, 200))], { group: 'a', order: 5 }))
    bench.mixer.load(voice('b', 100, [segment('b', flat(0.2, 100))], { group: 'b', order: 1 }))
    bench.renderTo(150)
    bench.mixer.load(voice('a2', 200, [segment('a', flat(0.1, 200))], { group: 'a', order: 5 }))
    bench.renderTo(1_000)
    expect(bench.of('segment-started').map(({ voiceId, atMs }) => [voiceId, atMs - T0])).toEqual([
      ['a1', 0],
      ['a2', 200],
      ['b', 400],
    ])
  })

  it('the one loaded first begins when nothing tells two equals apart', () => {
    const bench = new MixerBench()
    bench.mixer.load(voice('x', 0, [segment('a', flat(0.1, 100))]))
    bench.mixer.load(voice('y', 0, [segment('b', flat(0.2, 100))]))
    bench.renderTo(500)
    expect(bench.of('segment-started').map(({ voiceId }) => voiceId)).toEqual(['x', 'y'])
  })

  it('a waiting equal begins before one that was loaded earlier but starts later', () => {
    const bench = new MixerBench()
    bench.mixer.load(voice('late', 200, [segment('c', flat(0.1, 100))]))
    bench.mixer.load(voice('run', 0, [segment('a', flat(0.1, 300))]))
    bench.mixer.load(voice('soon', 100, [segment('b', flat(0.1, 100))]))
    bench.renderTo(1_000)
    expect(bench.of('segment-started').map(({ voiceId }) => voiceId)).toEqual(['run', 'soon', 'late'])
  })

  it('all five levels nest', () => {
    const bench = new MixerBench()
    const levels = ['filler', 'normal', 'priority', 'live', 'emergency'] as const
    levels.forEach((level, index) => {
      bench.mixer.load(voice(level, index * 100, [segment('s', flat(0.1, 300))], { level }))
    })
    bench.renderTo(3_000)
    expect(bench.of('voice-ended').map(({ voiceId }) => voiceId)).toEqual([...levels].reverse())
    expect(bench.of('segment-ended').every(({ outcome, heardMs }) => outcome === 'played' && heardMs === 300)).toBe(
      true,
    )
  })

  it('ten interruptions take nothing away', () => {
    const bench = new MixerBench()
    bench.mixer.load(voice('low', 0, [segment('a', ramp(2_000)), segment('b', ramp(1_000))]))
    for (let index = 0; index < 10; index += 1) {
      bench.mixer.load(voice(`e${index}`, 100 + index * 173, [segment('e', flat(0.7, 77))], { level: 'emergency' }))
    }
    bench.renderTo(5_000)
    expect(bench.of('segment-ended', 'low')).toMatchObject([
      { segmentId: 'a', outcome: 'played', heardMs: 2_000 },
      { segmentId: 'b', outcome: 'played', heardMs: 1_000, endedAtMs: T0 + 3_770 },
    ])
    expect(bench.of('held')).toHaveLength(10)
    expect(bench.of('resumed')).toHaveLength(10)
  })
})

describe('windows', () => {
  const interrupted = (latestEndMs: number) => {
    const bench = new MixerBench()
    const segments = [segment('a', flat(0.1, 1_000)), segment('b', flat(0.1, 1_000))]
    bench.mixer.load(voice('low', 0, segments, { latestEndAtMs: T0 + latestEndMs }))
    bench.mixer.load(voice('high', 500, [segment('e', flat(0.7, 2_000))], { level: 'priority' }))
    return bench.renderTo(6_000)
  }

  it('a held voice resumes when it can still end in its window', () => {
    expect(interrupted(4_000).of('voice-ended', 'low')).toMatchObject([{ outcome: 'played', atMs: T0 + 4_000 }])
  })

  it('a held voice ends when it cannot, and every segment has its end', () => {
    const bench = interrupted(3_000)
    expect(bench.of('segment-ended', 'low')).toMatchObject([
      { segmentId: 'a', outcome: 'partial', reason: 'preempted', heardMs: 500, endedAtMs: T0 + 500 },
      { segmentId: 'b', outcome: 'partial', reason: 'preempted', heardMs: 0 },
    ])
    expect(bench.of('segment-ended', 'low')[1]).not.toHaveProperty('startedAtMs')
    expect(bench.of('resumed', 'low')).toEqual([])
  })

  it('what sounds when the window is over is cut off', () => {
    const bench = new MixerBench().renderTo(600)
    const more = { late: 'from-start', latestEndAtMs: T0 + 1_000 } as const
    bench.mixer.load(voice('v', 0, [segment('a', flat(0.1, 1_000))], more))
    bench.renderTo(3_000)
    expect(bench.of('segment-ended')).toMatchObject([{ reason: 'window-ended', heardMs: 650, endedAtMs: T0 + 1_250 }])
  })

  it('a voice that ends with its window is whole', () => {
    const bench = new MixerBench()
    bench.mixer.load(voice('v', 0, [segment('a', flat(0.1, 1_000))], { latestEndAtMs: T0 + 1_000 }))
    bench.renderTo(2_000)
    expect(bench.of('voice-ended')).toMatchObject([{ outcome: 'played' }])
  })
})

describe('stopping', () => {
  it('ends what sounds and what has not been heard', () => {
    const bench = new MixerBench()
    bench.mixer.load(voice('v', 0, [segment('a', flat(0.1, 1_000)), segment('b', flat(0.1, 1_000))]))
    bench.renderTo(300)
    bench.mixer.stop('v')
    bench.mixer.stop('v')
    bench.mixer.stop('unknown')
    bench.renderTo(400)
    expect(bench.story()).toEqual([
      'v/a started @0 from 0',
      'v/a partial 300/1000 @300 stopped',
      'v/b partial 0/1000 @300 stopped',
      'v ended partial @300',
    ])
    expect(bench.mixer.has('v')).toBe(false)
  })

  it('ends a voice before it began', () => {
    const bench = new MixerBench()
    bench.mixer.load(voice('v', 1_000, [segment('a', flat(0.1, 100))]))
    bench.mixer.stop('v')
    bench.renderTo(1_500)
    expect(bench.story()).toEqual(['v/a partial 0/100 @0 stopped', 'v ended partial @0'])
  })

  it('ends a voice in the gap between two segments', () => {
    const bench = new MixerBench()
    bench.mixer.load(voice('v', 0, [segment('a', flat(0.1, 100), { gapAfterMs: 500 }), segment('b', flat(0.1, 100))]))
    bench.renderTo(300)
    bench.mixer.stop('v')
    bench.renderTo(500)
    expect(bench.of('segment-ended')).toMatchObject([
      { segmentId: 'a', outcome: 'played' },
      { segmentId: 'b', outcome: 'partial', reason: 'stopped' },
    ])
  })

  it('ends everything', () => {
    const bench = new MixerBench()
    bench.mixer.load(voice('v', 0, [segment('a', flat(0.1, 1_000))]))
    bench.mixer.load(voice('w', 0, [segment('a', flat(0.1, 1_000))], { level: 'live' }))
    bench.mixer.load(voice('x', 5_000, [segment('a', flat(0.1, 1_000))]))
    bench.renderTo(100)
    bench.mixer.stopAll()
    bench.renderTo(200)
    expect(new Set(bench.of('voice-ended').map(({ voiceId }) => voiceId))).toEqual(new Set(['v', 'w', 'x']))
  })
})

describe('a clip that cannot be played', () => {
  const broken = { ok: false, detail: 'bad-checksum at byte 28' } as const

  it('is passed over, and says why', () => {
    const bench = new MixerBench()
    bench.mixer.load(voice('v', 0, [segment('a', broken), segment('b', flat(0.2, 100))]))
    bench.renderTo(300)
    expect(bench.of('segment-ended')).toMatchObject([
      { segmentId: 'a', outcome: 'partial', reason: 'decode-failed', heardMs: 0, detail: 'bad-checksum at byte 28' },
      { segmentId: 'b', outcome: 'played' },
    ])
    expect(bench.of('voice-ended')).toMatchObject([{ outcome: 'partial' }])
  })

  it('does not go round for ever', () => {
    const bench = new MixerBench()
    bench.mixer.load(voice('v', 0, [segment('a', broken)], { repeats: 1_000_000 }))
    bench.renderTo(300)
    expect(bench.of('segment-ended')).toHaveLength(1)
    expect(bench.of('voice-ended')).toHaveLength(1)
  })
})

describe('volume', () => {
  it.each([
    [100, 0.8],
    [50, 0.1],
    [10, 0.0008],
    [0, 0],
  ])('at %d%% follows the cube', (percent, expected) => {
    const bench = new MixerBench()
    bench.mixer.setVolume(percent)
    bench.renderTo(100)
    bench.mixer.load(voice('v', 100, [segment('a', flat(0.8, 200))]))
    bench.renderTo(400)
    expect(bench.at(200)).toBeCloseTo(expected, 4)
    expect(bench.of('segment-ended')).toMatchObject([{ outcome: 'played', heardMs: 200 }])
  })

  it('changes without a jump', () => {
    const bench = new MixerBench()
    bench.mixer.load(voice('v', 0, [segment('a', flat(0.8, 500))]))
    bench.renderTo(100)
    bench.mixer.setVolume(0)
    bench.renderTo(300)
    const steps = bench.heard.slice(1).map((sample, index) => Math.abs(sample - (bench.heard[index] ?? 0)))
    expect(Math.max(...steps.slice(1))).toBeLessThan(0.001)
    expect(bench.at(160)).toBe(0)
  })

  it('of a voice changes without a jump while it sounds, and at once while it does not', () => {
    const bench = new MixerBench()
    bench.mixer.load(voice('v', 0, [segment('a', flat(0.8, 500))], { volumePercent: 100 }))
    bench.mixer.load(voice('w', 500, [segment('b', flat(0.8, 100))], { volumePercent: 100 }))
    bench.renderTo(100)
    bench.mixer.setVolume(0)
    bench.mixer.setVoiceVolume('v', 50)
    bench.mixer.setVoiceVolume('w', 50)
    bench.mixer.setVoiceVolume('unknown', 50)
    bench.renderTo(700)
    const steps = bench.heard.slice(1, 499 * 48).map((sample, at) => Math.abs(sample - (bench.heard[at] ?? 0)))
    expect(Math.max(...steps)).toBeLessThan(0.001)
    expect([bench.at(90), bench.at(160), bench.at(505)].map((value) => value.toFixed(3))).toEqual([
      '0.800',
      '0.100',
      '0.100',
    ])
  })

  it('held and resumed, it begins and ends softly, at its own volume', () => {
    const bench = new MixerBench()
    bench.mixer.load(voice('low', 0, [segment('a', flat(0.8, 500))], { volumePercent: 100 }))
    bench.mixer.load(voice('high', 200, [segment('b', flat(0.01, 100))], { level: 'priority', volumePercent: 100 }))
    bench.renderTo(800)
    const steps = bench.heard.slice(48).map((sample, at) => Math.abs(sample - (bench.heard[at + 47] ?? 0)))
    // The last step is the clip's own end, which this clip has hard.
    expect(Math.max(...steps.slice(0, 590 * 48))).toBeLessThan(0.02)
    expect(bench.at(330)).toBeCloseTo(0.8, 3)
  })

  it('of a voice outweighs the general one; gains are applied, and peaks are clipped', () => {
    const bench = new MixerBench()
    bench.mixer.setVolume(0)
    const clips = [segment('a', flat(0.25, 100), { gainDb: 6.0206 }), segment('b', flat(0.5, 100), { gainDb: 20 })]
    bench.mixer.load(voice('v', 100, clips, { volumePercent: 100 }))
    bench.renderTo(400)
    expect(bench.at(150)).toBeCloseTo(0.5, 3)
    expect(bench.at(250)).toBeCloseTo(1, 3)
  })
})

describe('when the sound device is lost', () => {
  it('what was not heard is heard again, and only what was heard counts', () => {
    const bench = new MixerBench()
    bench.mixer.load(voice('v', 0, [segment('a', ramp(1_000))]))
    bench.renderTo(500)
    bench.mixer.loseSink(bench.playedFrames, bench.epochMsOf)
    expect(bench.events).toMatchObject([
      { type: 'segment-started' },
      { type: 'held', positionMs: 450, atMs: T0 + 450, reason: 'sink-failed' },
    ])
    bench.stepMs += 2_000
    bench.renderTo(1_200)
    expect(bench.of('resumed')).toMatchObject([{ positionMs: 450, atMs: T0 + 2_500 }])
    expect(bench.of('segment-ended')).toMatchObject([
      { outcome: 'played', heardMs: 1_000, startedAtMs: T0, endedAtMs: T0 + 3_050 },
    ])
  })

  it('a voice that had been rendered to its end comes back', () => {
    const bench = new MixerBench()
    bench.mixer.load(voice('v', 0, [segment('a', ramp(300)), segment('b', ramp(20))]))
    bench.renderTo(330)
    expect(bench.events).toHaveLength(1)
    bench.mixer.loseSink(bench.playedFrames, bench.epochMsOf)
    bench.renderTo(1_000)
    expect(bench.of('segment-ended')).toMatchObject([
      { segmentId: 'a', outcome: 'played', heardMs: 300 },
      { segmentId: 'b', outcome: 'played', heardMs: 20 },
    ])
  })

  it('a stopped voice stays stopped', () => {
    const bench = new MixerBench()
    bench.mixer.load(voice('v', 0, [segment('a', ramp(300))]))
    bench.renderTo(200)
    bench.mixer.stop('v')
    bench.mixer.loseSink(bench.playedFrames, bench.epochMsOf)
    expect(bench.events).toMatchObject([
      { type: 'segment-started' },
      { type: 'segment-ended', heardMs: 150, reason: 'stopped' },
      { type: 'voice-ended' },
    ])
  })

  it('ends voices whose window passes meanwhile, and keeps the others', () => {
    const bench = new MixerBench()
    bench.mixer.load(voice('held', 0, [segment('a', ramp(1_000))], { latestEndAtMs: T0 + 1_500 }))
    bench.mixer.load(voice('joins', 600, [segment('a', ramp(1_000))], { latestEndAtMs: T0 + 2_000 }))
    bench.mixer.load(voice('later', 9_000, [segment('a', ramp(1_000))]))
    bench.renderTo(500)
    bench.mixer.loseSink(bench.playedFrames, bench.epochMsOf)
    bench.mixer.expire(T0 + 1_100)
    expect(bench.of('voice-ended')).toEqual([])
    bench.mixer.expire(T0 + 1_300)
    expect(bench.of('segment-ended')).toMatchObject([{ voiceId: 'held', reason: 'sink-failed', heardMs: 450 }])
    bench.mixer.expire(T0 + 1_700)
    expect(bench.of('voice-ended').map(({ voiceId }) => voiceId)).toEqual(['held', 'joins'])
  })
})

describe('a step of the clock', () => {
  it('moves voices that have not begun, and leaves what sounds alone', () => {
    const bench = new MixerBench()
    bench.mixer.load(voice('runs', 0, [segment('a', flat(0.1, 1_000))], { latestEndAtMs: T0 + 1_100 }))
    bench.mixer.load(voice('waits', 5_000, [segment('b', flat(0.1, 100))]))
    bench.renderTo(500)
    bench.stepMs += 4_000
    bench.renderTo(2_000)
    expect(bench.of('segment-ended', 'runs')).toMatchObject([{ outcome: 'played', heardMs: 1_000 }])
    expect(bench.of('segment-started', 'waits')).toMatchObject([{ atMs: T0 + 5_000, fromMs: 0 }])
  })
})

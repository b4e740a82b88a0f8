import fc from 'fast-check'
import { expect, it } from 'vitest'
import { levels } from '#protocol/target.ts'
import { flat, MixerBench, segment, T0, voice } from './mixer-bench.ts'

const LATEST_MS = 60_000

const clips = {
  50: flat(0.3, 50),
  130: flat(0.3, 130),
  400: flat(0.3, 400),
  0: { ok: false, detail: 'broken' },
} as const

const someSegment = fc.record({
  lengthMs: fc.constantFrom(0, 50, 130, 400),
  gapAfterMs: fc.constantFrom(0, 0, 17.3, 80),
})
const someVoice = fc.record({
  type: fc.constant('voice' as const),
  atMs: fc.integer({ min: 0, max: 1_500 }),
  startInMs: fc.integer({ min: -600, max: 400 }),
  level: fc.constantFrom(...levels),
  late: fc.constantFrom('join' as const, 'from-start' as const),
  windowMs: fc.option(fc.integer({ min: -100, max: 1_500 }), { nil: undefined }),
  repeats: fc.integer({ min: 1, max: 3 }),
  segments: fc.array(someSegment, { minLength: 1, maxLength: 4 }),
})
const somethingElse = fc.record({
  type: fc.constantFrom('stop' as const, 'lose-sink' as const, 'unanchored' as const, 'anchored' as const),
  atMs: fc.integer({ min: 0, max: 2_000 }),
  which: fc.nat(5),
})

it('whatever happens, every segment ends once and nothing is heard that does not count', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof({ weight: 3, arbitrary: someVoice }, somethingElse), { maxLength: 9 }), (actions) => {
      const bench = new MixerBench()
      const loaded = new Map<string, number>()
      const ordered = [...actions].sort((a, b) => a.atMs - b.atMs)
      for (const [index, action] of ordered.entries()) {
        bench.renderTo(action.atMs)
        if (action.type === 'voice') {
          const voiceId = `v${index}`
          const segments = action.segments.map(({ lengthMs, gapAfterMs }, at) =>
            segment(`s${at}`, clips[lengthMs as keyof typeof clips], { gapAfterMs }),
          )
          const startMs = action.atMs + action.startInMs
          const { level, late, repeats, windowMs } = action
          const window = windowMs === undefined ? {} : { latestEndAtMs: T0 + startMs + windowMs }
          bench.mixer.load(voice(voiceId, startMs, segments, { level, late, repeats, ...window }))
          loaded.set(voiceId, segments.length)
        } else if (action.type === 'stop') bench.mixer.stop(`v${action.which}`)
        else if (action.type === 'lose-sink') bench.mixer.loseSink(bench.playedFrames, bench.epochMsOf)
        else bench.isAnchored = action.type === 'anchored'
      }
      bench.isAnchored = true
      const isOver = () => [...loaded.keys()].every((voiceId) => !bench.mixer.has(voiceId))
      while (!isOver() && bench.nowMs < LATEST_MS) bench.renderTo(bench.nowMs + 100)
      const events = bench.drain()

      for (const [voiceId, segmentCount] of loaded) {
        const own = events.filter((event) => event.voiceId === voiceId)
        const ends = own.filter((event) => event.type === 'segment-ended')
        expect(own.filter(({ type }) => type === 'voice-ended')).toHaveLength(1)
        expect(own.at(-1)?.type).toBe('voice-ended')
        const firstRound = ends.filter(({ round }) => round === 0).map(({ segmentId }) => segmentId)
        expect(firstRound).toEqual(Array.from({ length: segmentCount }, (_, at) => `s${at}`))
        expect(new Set(ends.map(({ round, segmentId }) => `${round}/${segmentId}`)).size).toBe(ends.length)
        for (const end of ends) {
          expect(end.heardMs).toBeLessThanOrEqual(end.durationMs)
          expect(end.startedAtMs === undefined).toBe(end.heardMs === 0)
          expect(end.outcome === 'played').toBe(end.reason === undefined)
          if (end.outcome === 'played') expect(end.durationMs - end.heardMs).toBeLessThanOrEqual(100)
        }
        // Held and resumed take turns, and a voice is never left held without an end.
        const turns = own.filter(({ type }) => type === 'held' || type === 'resumed').map(({ type }) => type)
        for (const [index, turn] of turns.entries()) {
          if (turn === 'resumed') expect(turns[index - 1]).toBe('held')
        }
      }
      expect(events.filter(({ voiceId }) => !loaded.has(voiceId))).toEqual([])
    }),
    { numRuns: 200 },
  )
}, 30_000)

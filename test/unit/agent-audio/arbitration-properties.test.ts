import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { MixerEvent } from '#agent/io/audio/voice.ts'
import { levels } from '#protocol/target.ts'
import { MixerBench, ramp, segment, T0, voice } from './mixer-bench.ts'

const lengthsMs = [60, 150, 400] as const
const clips = new Map(lengthsMs.map((lengthMs) => [lengthMs, ramp(lengthMs)]))

const plan = fc.record({
  startMs: fc.integer({ min: 0, max: 900 }),
  level: fc.constantFrom(...levels),
  order: fc.integer({ min: 0, max: 1 }),
  lengthMs: fc.constantFrom(...lengthsMs),
  slackMs: fc.integer({ min: 0, max: 900 }),
})

type Stretch = { readonly voiceId: string; readonly fromMs: number; readonly positionMs: number; toMs: number }

/** When which voice sounded, and from which position in its clip, as the events tell it. */
function listStretches(events: readonly MixerEvent[]): Stretch[] {
  const stretches: Stretch[] = []
  const open = new Map<string, Stretch>()
  const begin = (voiceId: string, atMs: number, positionMs: number) =>
    open.set(voiceId, { voiceId, fromMs: atMs, positionMs, toMs: atMs })
  const end = (voiceId: string, atMs: number) => {
    const stretch = open.get(voiceId)
    if (stretch === undefined) return
    open.delete(voiceId)
    stretch.toMs = atMs
    if (stretch.toMs > stretch.fromMs) stretches.push(stretch)
  }
  for (const event of events) {
    if (event.type === 'segment-started') begin(event.voiceId, event.atMs, event.fromMs)
    else if (event.type === 'resumed') begin(event.voiceId, event.atMs, event.positionMs)
    else if (event.type === 'held') end(event.voiceId, event.atMs)
    else if (event.type === 'segment-ended') end(event.voiceId, event.endedAtMs)
  }
  return stretches.sort((a, b) => a.fromMs - b.fromMs)
}

it('one voice is heard at a time, the highest level wins, and nothing is heard twice or lost', () => {
  fc.assert(
    fc.property(fc.array(plan, { minLength: 1, maxLength: 6 }), (plans) => {
      const bench = new MixerBench()
      const named = plans.map((each, index) => ({ ...each, voiceId: `v${index}` }))
      for (const { voiceId, startMs, lengthMs, level, order, slackMs } of named) {
        const clip = clips.get(lengthMs)
        if (clip === undefined) throw new Error('no clip')
        const latestEndAtMs = T0 + startMs + lengthMs + slackMs
        bench.mixer.load(voice(voiceId, startMs, [segment('s', clip)], { level, order, latestEndAtMs }))
      }
      bench.renderTo(3_000)
      const events = bench.drain()
      const stretches = listStretches(events)

      // One at a time.
      for (const [index, stretch] of stretches.entries()) {
        const next = stretches[index + 1]
        if (next !== undefined) expect(stretch.toMs).toBeLessThanOrEqual(next.fromMs + 0.03)
      }
      for (const { voiceId, lengthMs, startMs, level } of named) {
        const own = stretches.filter((each) => each.voiceId === voiceId)
        // Nothing twice, nothing left out: each stretch begins where the last one ended.
        let positionMs = 0
        for (const stretch of own) {
          expect(Math.abs(stretch.positionMs - positionMs)).toBeLessThan(0.1)
          positionMs += stretch.toMs - stretch.fromMs
        }
        const end = events.find((event) => event.type === 'segment-ended' && event.voiceId === voiceId)
        if (end?.type !== 'segment-ended') throw new Error('no end')
        expect(end.heardMs).toBeLessThanOrEqual(lengthMs)
        expect(Math.abs(end.heardMs - positionMs)).toBeLessThan(0.1)
        expect(Math.abs(end.heardMs - lengthMs) < 0.1).toBe(end.outcome === 'played')
        // While it waits or is held, nothing lower sounds.
        const over = events.find((event) => event.type === 'voice-ended' && event.voiceId === voiceId)
        const endAtMs = over?.type === 'voice-ended' ? over.atMs : Number.NaN
        const lower = stretches.filter((stretch) => {
          const other = named.find((each) => each.voiceId === stretch.voiceId)
          return other !== undefined && levels.indexOf(other.level) > levels.indexOf(level)
        })
        for (const stretch of lower) {
          const isApart = stretch.toMs <= T0 + startMs + 0.03 || stretch.fromMs >= endAtMs - 0.03
          expect(isApart, `${stretch.voiceId} while ${voiceId} is due`).toBe(true)
        }
      }
      // What is really in the air is what the events tell: past the fades, the sample of that position.
      for (const { voiceId, fromMs, toMs, positionMs } of stretches) {
        if (toMs - fromMs < 30) continue
        const lengthMs = named.find((each) => each.voiceId === voiceId)?.lengthMs ?? 1
        const atMs = (fromMs + toMs) / 2
        expect(bench.at(atMs - T0)).toBeCloseTo((positionMs + atMs - fromMs) / lengthMs / 2, 2)
      }
    }),
    { numRuns: 150 },
  )
}, 30_000)

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { foldPeaks } from '#server/audio/peaks.ts'

test('the outline does not depend on where the pipe cuts the samples', () => {
  const samples = fc.array(fc.integer({ min: -32_768, max: 32_767 }), { minLength: 1, maxLength: 50 })
  fc.assert(
    fc.property(samples, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 7 }), (values, pairCount, step) => {
      const pcm = Buffer.from(Int16Array.from(values).buffer)
      const [whole, pieces] = [foldPeaks(values.length, pairCount), foldPeaks(values.length, pairCount)]
      whole.take(pcm)
      for (let at = 0; at < pcm.length; at += step) pieces.take(pcm.subarray(at, at + step))
      const outline = whole.finish()
      expect(pieces.finish()).toEqual(outline)
      expect(Math.max(...new Int8Array(outline.buffer))).toBe(Math.round((Math.max(0, ...values) / 32_767) * 127))
    }),
  )
})

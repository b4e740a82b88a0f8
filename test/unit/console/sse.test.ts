import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSseParser } from '../../../web/src/live/sse.ts'

const stream = [
  'retry: 3000\nid: a-1\nevent: ready\ndata: {}\n\n',
  ': still here\n\n',
  'id: a-2\ndata: {"kind":"devices"}\n\n',
  'data: two\r\ndata: lines\r\n\r\n',
  'event: reset\ndata: {}\n\n',
  'id: a-3\ndata: not complete',
].join('')
const events = [
  { id: 'a-1', type: 'ready', data: '{}' },
  { id: 'a-2', type: 'message', data: '{"kind":"devices"}' },
  { id: 'a-2', type: 'message', data: 'two\nlines' },
  { id: 'a-2', type: 'reset', data: '{}' },
]

test('the same events, however the network cuts the stream', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 0, max: stream.length })), (cuts) => {
      const parser = createSseParser()
      const edges = [0, ...cuts.sort((a, b) => a - b), stream.length]
      const pieces = edges.slice(1).map((edge, index) => stream.slice(edges[index], edge))
      expect(pieces.flatMap((piece) => parser.feed(piece))).toEqual(events)
    }),
  )
})

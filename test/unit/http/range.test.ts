import { describe, expect, it } from 'vitest'
import { decideRange, matchesEtag } from '#server/http/range.ts'

const part = (first: number, last: number) => ({ kind: 'part', range: { first, last } })
const whole = { kind: 'whole' }
const unsatisfiable = { kind: 'unsatisfiable' }

describe('decideRange (RFC 9110 §14)', () => {
  it.each<[string | undefined, object]>([
    [undefined, whole],
    ['bytes=0-99', part(0, 99)],
    ['bytes=100-', part(100, 999)],
    ['bytes=-100', part(900, 999)],
    ['bytes=-5000', part(0, 999)],
    ['bytes=990-2000', part(990, 999)],
    ['bytes=999-999', part(999, 999)],
    ['BYTES=0-0', part(0, 0)],
    ['bytes=1000-', unsatisfiable],
    ['bytes=-0', unsatisfiable],
    [`bytes=${'9'.repeat(400)}-`, unsatisfiable],
    [`bytes=0-${'9'.repeat(400)}`, part(0, 999)],
    [`bytes=-${'9'.repeat(400)}`, part(0, 999)],
    ['bytes=5-2', whole],
    ['bytes=0-1,5-6', whole],
    ['bytes=-', whole],
    ['items=0-1', whole],
    ['bytes=a-b', whole],
    ['bytes', whole],
    ['bytes=1.5-9', whole],
    ['', whole],
  ])('%s', (header, expected) => {
    expect(decideRange(header, undefined, '"x"', 1000)).toEqual(expected)
  })

  it('gives the whole when what the reader began is another entity', () => {
    expect(decideRange('bytes=5-', '"y"', '"x"', 1000)).toEqual(whole)
    expect(decideRange('bytes=5-', '"x"', '"x"', 1000)).toEqual(part(5, 999))
  })
})

it.each<[string | undefined, boolean]>([
  [undefined, false],
  ['"x"', true],
  ['"a", W/"x"', true],
  ['*', true],
  ['"a"', false],
])('If-None-Match %s', (header, expected) => {
  expect(matchesEtag(header, '"x"')).toBe(expected)
})

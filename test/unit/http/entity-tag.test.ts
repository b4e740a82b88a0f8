import { describe, expect, it } from 'vitest'
import { matchesRevision, parseIfMatch } from '#server/http/entity-tag.ts'

describe('If-Match (RFC 9110 §13.1.1)', () => {
  it.each([
    ['*', '*'],
    [' * ', '*'],
    ['"3"', ['3']],
    ['"3", "4"', ['3', '4']],
    // Commas within a tag are the tag's (§8.8.3), and a list may have empty places (§5.6.1.2).
    ['"a,b" ,, "c",', ['a,b', 'c']],
    ['""', ['']],
    // Weak ones are tags, and match nothing (strong comparison, §8.8.3.2).
    ['W/"3"', []],
    ['W/"3", "4"', ['4']],
  ])('reads %j', (header, tags) => {
    expect(parseIfMatch(header)).toEqual(tags)
  })

  it.each(['', ' ', ',', '3', '"3', '"3" "4"', 'w/"3"', '"a b"', '"a"b"', '"3", *', '*, "3"', "'3'"])(
    'takes no %j',
    (header) => {
      expect(parseIfMatch(header)).toBeUndefined()
    },
  )

  it('reads a long header in one pass', () => {
    expect(parseIfMatch(`${'"a" '.repeat(50_000)}!`)).toBeUndefined()
    expect(parseIfMatch(Array(50_000).fill('"a"').join())).toHaveLength(50_000)
  })

  it('holds for any state, for those it names, and for all when it is not there', () => {
    expect(matchesRevision(undefined, 3)).toBe(true)
    expect(matchesRevision('*', 3)).toBe(true)
    expect(matchesRevision(['2', '3'], 3)).toBe(true)
    expect(matchesRevision(['2', '33', '03'], 3)).toBe(false)
    expect(matchesRevision([], 3)).toBe(false)
    expect(matchesRevision(['3-pending'], '3-pending')).toBe(true)
    expect(matchesRevision(['3-pending'], '3-approved')).toBe(false)
  })
})

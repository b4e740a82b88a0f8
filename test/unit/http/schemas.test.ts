import { describe, expect, it } from 'vitest'
import { id, instant, localDate } from '#server/http/schemas.ts'

describe('an instant', () => {
  it.each(['2000-01-01T00:00:00Z', '2026-03-02T05:30:00.000Z', '2099-12-31T23:59:59.999Z'])('%s', (text) => {
    expect(instant.parse(text)).toBe(text)
  })
  it.each([
    '1999-12-31T23:59:59Z',
    '2100-01-01T00:00:00Z',
    '9999-12-31T23:59:59Z',
    '0000-01-01T00:00:00Z',
    '+012026-01-01T00:00:00Z',
    '-000001-01-01T00:00:00Z',
    '2026-02-30T00:00:00Z',
    '2026-03-02T05:30:00+07:00',
    '2026-03-02',
    '',
  ])('not %j', (text) => {
    expect(instant.safeParse(text).success).toBe(false)
  })
})

describe('a calendar day', () => {
  it.each(['2000-01-01', '2024-02-29', '2099-12-31'])('%s', (text) => {
    expect(localDate.parse(text)).toBe(text)
  })
  it.each(['1999-12-31', '2100-01-01', '9999-12-31', '0000-01-01', '2025-02-29', '2026-13-01', '2026-3-2', ''])(
    'not %j',
    (text) => {
      expect(localDate.safeParse(text).success).toBe(false)
    },
  )
})

it('an id is written in lower case only', () => {
  expect(id.safeParse('018f0000-0000-7000-8000-00000000abcd').success).toBe(true)
  expect(id.safeParse('018F0000-0000-7000-8000-00000000ABCD').success).toBe(false)
})

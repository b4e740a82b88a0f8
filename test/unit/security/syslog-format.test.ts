import { describe, expect, test } from 'vitest'
import { instantMs } from '#protocol/time.ts'
import type { SaidEvent } from '#server/security/events.ts'
import { formatSyslog } from '#server/security/syslog-format.ts'

const at = instantMs.parse(Date.UTC(2026, 10, 23, 18, 5, 30, 7))
const origin = { facility: 'authpriv', hostName: 'loa-xa.gov.vn', processId: 42 } as const
const event: SaidEvent = {
  code: 'sign-in-failed',
  severity: 'warning',
  text: 'A password was wrong',
  facts: { userName: 'nguyễn văn an', address: '192.0.2.7' },
  withheld: 0,
}
const format = (change: Partial<SaidEvent> = {}, by: Partial<Parameters<typeof formatSyslog>[2]> = {}): string =>
  formatSyslog({ ...event, ...change }, at, { ...origin, ...by }).toString('utf8')

describe('a syslog message', () => {
  test('is that of RFC 5424, to the letter', () => {
    expect(format()).toBe(
      '<84>1 2026-11-23T18:05:30.007Z loa-xa.gov.vn loaxa 42 sign-in-failed ' +
        '[loaxa@32473 code="sign-in-failed" userName="nguyễn văn an" address="192.0.2.7"] \uFEFFA password was wrong',
    )
  })

  test.each<[string, Partial<SaidEvent>, Parameters<typeof format>[1], string]>([
    ['the least severe', { severity: 'notice' }, { facility: 'auth' }, '<37>1 '],
    ['the most severe', { severity: 'emergency' }, { facility: 'local7' }, '<184>1 '],
    ['an alert', { severity: 'alert' }, { facility: 'local0' }, '<129>1 '],
  ])('has the priority of facility and severity: %s', (_name, change, by, start) => {
    expect(format(change, by)).toMatch(new RegExp(`^${start}`))
  })

  test('escapes what would end a value, and nothing else (§6.3.3)', () => {
    expect(format({ facts: { detail: String.raw`a"b]c\d[e'f` } })).toContain(String.raw`detail="a\"b\]c\\d[e'f"`)
  })

  test('lets no fact forge a line or a header', () => {
    const detail = 'x\n<86>1 2026-01-01T00:00:00Z other app - - - forged\r\0\u0085\u2028y'
    const text = format({ facts: { detail } }, { hostName: 'two\nhosts here' })
    expect(text).not.toMatch(/[\n\r\0\u0085\u2028]/)
    expect(text).toContain(' twohostshere loaxa ')
  })

  test('is well-formed whatever a stranger sent: half a surrogate pair, no host name', () => {
    const bytes = formatSyslog({ ...event, facts: { userName: 'a\ud83d' } }, at, { ...origin, hostName: '' })
    expect(new TextDecoder('utf-8', { fatal: true }).decode(bytes)).toContain('Z - loaxa 42 ')
  })

  test('says for how many it stands', () => {
    expect(format({ withheld: 57 })).toContain(' withheld="57"]')
  })
})

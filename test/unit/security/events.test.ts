import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { type SecurityCode, securityCodes, severities } from '#server/security/codes.ts'
import { createSecurityEvents, type SaidEvent } from '#server/security/events.ts'
import { createTestClock } from '../../support/clock.ts'

interface Line {
  level: number
  msg: string
  securityEvent: string
  severity: string
  withheld?: number
}

function open() {
  const clock = createTestClock()
  const lines: (Line & Record<string, unknown>)[] = []
  const said: SaidEvent[] = []
  const counted: SecurityCode[] = []
  const security = createSecurityEvents({
    log: pino({ level: 'debug', base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) }),
    clock,
    sinks: [(code) => void counted.push(code)],
    channels: [(event) => void said.push(event)],
    floodLimits: { perMinute: 3, maxSources: 4 },
  })
  return { clock, lines, said, counted, security }
}
const repeat = (count: number, run: (i: number) => void): void => {
  for (let i = 0; i < count; i++) run(i)
}

describe('security events', () => {
  test('have codes that a SOC can rely on', () => {
    for (const [code, { severity, meaning }] of Object.entries(securityCodes)) {
      // A syslog MSGID has 32 characters at most (RFC 5424 §6.2.7).
      expect(code).toMatch(/^[a-z][a-z-]{2,31}$/)
      expect(severities).toContain(severity)
      expect(meaning).not.toBe('')
    }
  })

  test('are structured lines, as severe in the log as they are', () => {
    const { lines, security } = open()
    security.report('signed-in', { accountId: 'a', address: '192.0.2.7' })
    security.report('mqtt-publish-refused', { deviceId: 'd', detail: 'topic x' })
    security.report('ledger-forked', { deviceId: 'd', userName: undefined })
    expect(lines).toMatchObject([
      { level: 30, securityEvent: 'signed-in', severity: 'notice', accountId: 'a', address: '192.0.2.7' },
      { level: 40, securityEvent: 'mqtt-publish-refused', severity: 'warning', deviceId: 'd', detail: 'topic x' },
      { level: 50, securityEvent: 'ledger-forked', severity: 'critical', deviceId: 'd' },
    ])
    expect(lines[2]).not.toHaveProperty('userName')
  })

  test('keep what a stranger chose short', () => {
    const { said, security } = open()
    security.report('sign-in-failed', { userName: 'x'.repeat(10_000) })
    expect(said[0]?.facts.userName).toHaveLength(300)
  })
})

describe('a flood of security events', () => {
  test('is said in part, counted whole, and summed up when its minute is over', () => {
    const { clock, lines, said, counted, security } = open()
    repeat(60, (i) => security.report('mqtt-authentication-failed', { address: '192.0.2.7', detail: `${i}` }))
    expect([lines.length, said.length, counted.length]).toEqual([3, 3, 60])
    clock.advance(59_000)
    security.sayWithheld()
    expect(lines).toHaveLength(3)
    clock.advance(1_000)
    security.sayWithheld()
    expect(lines).toHaveLength(4)
    expect(lines[3]).toMatchObject({
      securityEvent: 'mqtt-authentication-failed',
      address: '192.0.2.7',
      withheld: 57,
      msg: `${securityCodes['mqtt-authentication-failed'].meaning} (57 more like it)`,
    })
    expect(said[3]).toMatchObject({ withheld: 57 })
    security.sayWithheld()
    expect(lines).toHaveLength(4)
  })

  test('is summed up by its next event too, when nobody has asked in between', () => {
    const { clock, said, security } = open()
    repeat(5, () => security.report('csrf-refused', { accountId: 'a' }))
    clock.advance(200_000)
    security.report('csrf-refused', { accountId: 'a' })
    expect(said.map(({ withheld }) => withheld)).toEqual([0, 0, 0, 2, 0])
  })

  test('hides no other source, and no other code', () => {
    const { said, security } = open()
    repeat(50, () => security.report('mqtt-flood', { deviceId: 'loud' }))
    security.report('mqtt-flood', { deviceId: 'other' })
    security.report('mqtt-stalled', { deviceId: 'loud' })
    expect(said.slice(3).map(({ code, facts }) => [code, facts.deviceId])).toEqual([
      ['mqtt-flood', 'other'],
      ['mqtt-stalled', 'loud'],
    ])
  })

  test('of ever new claims comes from one source: who claims to be somebody does not choose', () => {
    const { said, security } = open()
    const guess = (claimedId: string, address: string) =>
      security.report('mqtt-authentication-failed', { claimedId, address })
    repeat(1_000, (i) => guess(`device ${i}`, '192.0.2.7'))
    expect(said).toHaveLength(3)
    guess('a device', '192.0.2.8')
    expect(said.at(-1)?.facts).toEqual({ claimedId: 'a device', address: '192.0.2.8' })
    security.close()
    expect(said.at(-1)).toMatchObject({ withheld: 997, facts: { address: '192.0.2.7' } })
    expect(said.at(-1)?.facts).not.toHaveProperty('claimedId')
  })

  test('of ever new sources takes bounded memory: those beyond the limit share a count', () => {
    const { said, security } = open()
    repeat(1_000, (i) => security.report('sign-in-failed', { address: `2001:db8::${i}` }))
    expect(said).toHaveLength(4 + 3)
    security.report('sign-in-locked', { accountId: 'a' })
    expect(said.at(-1)?.code).toBe('sign-in-locked')
    security.close()
    expect(said.at(-1)).toMatchObject({
      code: 'sign-in-failed',
      withheld: 993,
      facts: { detail: 'of several sources' },
    })
  })
})

import { describe, expect, it } from 'vitest'
import { instantMs } from '#protocol/time.ts'
import { mayStandBelow, visiblePath } from '#server/areas/rules.ts'
import { type CodeFacts, decideEnrolment, isLoopback, judgeStatus, settleVolume } from '#server/devices/rules.ts'

const day = (n: number): Date => new Date(Date.UTC(2026, 2, n))

describe('what a person is told of a device', () => {
  it.each([
    ['never enrolled', null, null, null, 'never-enrolled', null],
    ['enrolled, not heard yet', day(1), null, null, 'offline', day(1)],
    ['online', day(1), null, { online: true, since: day(2) }, 'online', day(2)],
    ['online since before its replacement', day(3), day(3), { online: true, since: day(2) }, 'online', day(2)],
    ['offline', day(1), null, { online: false, since: day(2) }, 'offline', day(2)],
    ['replaced, not heard yet', day(3), day(3), { online: false, since: day(2) }, 'offline', day(3)],
    ['revoked while it said online', null, day(4), { online: true, since: day(2) }, 'revoked', day(4)],
  ])('%s', (_name, enrolledAt, revokedAt, presence, status, since) => {
    expect(judgeStatus({ enrolledAt, revokedAt, presence })).toEqual({ status, since })
  })
})

describe('a volume above the maximum does not exist', () => {
  const now = { volumePercent: 80, maxVolumePercent: 90 }
  it.each([
    ['nothing is changed', {}, now],
    ['up to the maximum', { volumePercent: 90 }, { ...now, volumePercent: 90 }],
    ['above it', { volumePercent: 91 }, null],
    [
      'above the old and below the new',
      { volumePercent: 95, maxVolumePercent: 100 },
      { volumePercent: 95, maxVolumePercent: 100 },
    ],
    ['above the new', { volumePercent: 80, maxVolumePercent: 70 }, null],
    [
      'only the maximum, below the volume: both go down',
      { maxVolumePercent: 60 },
      { volumePercent: 60, maxVolumePercent: 60 },
    ],
    ['silence', { volumePercent: 0, maxVolumePercent: 0 }, { volumePercent: 0, maxVolumePercent: 0 }],
  ])('%s', (_name, change, settled) => {
    expect(settleVolume(now, change)).toEqual(settled)
  })
})

describe('a call with an enrolment code', () => {
  const now = instantMs.parse(day(2).getTime())
  const request = { publicKey: { kty: 'OKP', crv: 'Ed25519', x: 'K' }, secretHash: 'S' } as const
  const fresh: CodeFacts = { expiresAt: day(3), usedAt: null, revokedAt: null, installation: null, isReplaced: false }
  const used = (over: Partial<NonNullable<CodeFacts['installation']>>): CodeFacts => ({
    ...fresh,
    usedAt: day(1),
    installation: { publicKey: 'K', secretHash: 'S', revokedAt: null, ...over },
  })
  it.each<[string, CodeFacts | null, string]>([
    ['fresh', fresh, 'enrol'],
    ['unknown', null, 'enrolment-code-unknown'],
    ['at its last instant', { ...fresh, expiresAt: day(2) }, 'enrolment-code-expired'],
    ['replaced by a newer one', { ...fresh, revokedAt: day(1) }, 'enrolment-code-expired'],
    ['used by this device', used({}), 'repeat'],
    ['used by this device, long ago', { ...used({}), expiresAt: day(1) }, 'repeat'],
    ['used by another key', used({ publicKey: 'L' }), 'code-already-used'],
    ['used by this key with another secret', used({ secretHash: 'T' }), 'code-already-used'],
    ['used by this device, since revoked', used({ revokedAt: day(2) }), 'installation-revoked'],
    [
      'used by this device, since replaced',
      { ...used({ revokedAt: day(2) }), isReplaced: true },
      'installation-replaced',
    ],
  ])('%s', (_name, code, expected) => {
    const decision = decideEnrolment(code, request, now)
    expect(decision.kind === 'refuse' ? decision.code : decision.kind).toBe(expected)
  })
})

it.each([
  ['127.0.0.1', true],
  ['127.8.9.1', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['10.0.0.1', false],
  ['127.0.0.1.evil.example', false],
  ['::ffff:10.0.0.1', false],
])('%s is loopback: %s', (address, expected) => {
  expect(isLoopback(address)).toBe(expected)
})

describe('areas', () => {
  it.each([
    ['commune', 'province', true],
    ['commune', 'commune', true],
    ['village', 'commune', true],
    ['village', 'province', false],
    ['village', 'village', false],
    ['commune', 'village', false],
    ['province', 'province', false],
  ] as const)('a %s below a %s: %s', (kind, parent, expected) => {
    expect(mayStandBelow(kind, parent)).toBe(expected)
  })

  it('shows a path from the highest granted area down', () => {
    expect(visiblePath(['p', 'c', 'v'], ['c', 'v'])).toEqual(['c', 'v'])
    expect(visiblePath(['p', 'c', 'v'], ['x'])).toEqual([])
  })
})

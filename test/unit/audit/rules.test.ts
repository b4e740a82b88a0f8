import { describe, expect, test } from 'vitest'
import { auditActions } from '#server/audit/actions.ts'
import { auditFaults } from '#server/audit/faults.ts'
import { auditBody, CHAIN_START, changedFields, hashOf, keepable, sealEntry } from '#server/audit/rules.ts'

const entry = {
  at: '2026-03-02T03:00:00.000Z',
  actorId: null,
  actorName: null,
  onBehalfOfId: null,
  address: null,
  requestId: null,
  action: 'area.created',
  outcome: 'done' as const,
  areaPath: [],
  subjectType: 'area',
  subjectId: null,
  before: null,
  after: { name: 'Xã Hoà Bình' },
  reason: null,
}

describe('sealing', () => {
  test('an entry holds the hash of the one before it, and is what was hashed', () => {
    const first = sealEntry({ seq: 0, hash: CHAIN_START }, entry)
    const second = sealEntry({ seq: 1, hash: first.hash }, entry)
    expect(second.body).toMatchObject({ seq: 2, prevHash: first.hash })
    expect(hashOf(second.bytes)).toBe(second.hash)
    expect(auditBody.parse(JSON.parse(new TextDecoder().decode(second.bytes)))).toEqual(second.body)
  })
})

describe('what may be kept of a state', () => {
  test('nothing under a name that sounds like a secret, however deep', () => {
    const secrets = {
      password: 'x1',
      passwordHash: 'x2',
      newPassword: 'x3',
      totpSecret: 'x4',
      recoveryCodes: ['x5'],
      enrolmentCode: 'x6',
      csrfToken: 'x7',
      sessionCookie: 'x8',
      privateKey: 'x9',
      otpauth: 'x10',
      MQTT_PASSWORD: 'x11',
      nested: { list: [{ secret: 'x12', name: 'kept' }] },
    }
    const kept = JSON.stringify(keepable(secrets))
    expect(kept).not.toMatch(/x\d/)
    expect(kept).toContain('kept')
    expect(JSON.stringify(changedFields(secrets, { ...secrets, password: 'x13' }))).not.toMatch(/x\d/)
  })

  test('no credential inside a text', () => {
    const texts = [
      'postgresql://loaxa:hidden1@db/loaxa',
      '-----BEGIN PRIVATE KEY-----\nhidden2\n-----END PRIVATE KEY-----',
      'Authorization: Bearer hidden3hidden3',
      'https://loa.xa.vn/#/vao?token=hidden4&x=1',
    ]
    expect(JSON.stringify(keepable({ texts, one: texts[0] }))).not.toMatch(/hidden\d/)
    expect(keepable({ ratio: '3:4', url: 'https://loa.xa.vn:8443/clips', mail: 'a@b.vn' })).toEqual({
      ratio: '3:4',
      url: 'https://loa.xa.vn:8443/clips',
      mail: 'a@b.vn',
    })
  })

  test('long texts are cut, endless ones end, and what is no JSON becomes some', () => {
    const circular: Record<string, unknown> = { name: 'a' }
    circular.self = circular
    expect(JSON.stringify(keepable(circular)).length).toBeLessThan(500)
    expect(keepable({ text: 'ă'.repeat(2_000) }).text).toHaveLength(501)
    expect(keepable({ at: new Date(0), big: Number.NaN, none: undefined, fn: () => 1 })).toEqual({
      at: '1970-01-01T00:00:00.000Z',
      big: null,
      fn: null,
    })
  })
})

describe('before → after', () => {
  test('only what differs, on both sides', () => {
    expect(changedFields({ name: 'a', kind: 'xã' }, { name: 'b', kind: 'xã', zone: 'z' })).toEqual({
      before: { name: 'a' },
      after: { name: 'b', zone: 'z' },
    })
  })

  test('a state that was made, or is gone, is whole', () => {
    expect(changedFields(null, { name: 'b' })).toEqual({ before: null, after: { name: 'b' } })
    expect(changedFields({ name: 'a' }, null)).toEqual({ before: { name: 'a' }, after: null })
  })
})

test.each([...Object.entries(auditActions), ...Object.entries(auditFaults)])(
  '%s has words in both languages',
  (code, text) => {
    expect(code).toMatch(/^[a-z]+([.-][a-z]+)*$/)
    expect(text.vi.length).toBeGreaterThan(3)
    expect(text.en.length).toBeGreaterThan(3)
  },
)

import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { instantMs } from '#protocol/time.ts'
import { createSealing, loadSealing } from '#server/auth/sealing.ts'
import { describeTotp, drawTotpSecret, findTotpStep, readTotpCode, totpCodeAt } from '#server/auth/totp.ts'

const at = (seconds: number) => instantMs.parse(seconds * 1_000)
const secret = new TextEncoder().encode('12345678901234567890')

describe('time-based one-time passwords', () => {
  // RFC 6238 Appendix B, the last six of its eight digits.
  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('at %i s: %s', (seconds, code) => {
    expect(totpCodeAt(secret, at(seconds))).toBe(code)
    expect(findTotpStep(secret, code, at(seconds), null)).toBe(Math.floor(seconds / 30))
  })

  it.each([
    [-31, undefined],
    [-30, 99],
    [0, 100],
    [29, 100],
    [59, 101],
    [60, undefined],
  ])('is taken one step early or late: the code of %i s from now, step %s', (offset, expected) => {
    const code = totpCodeAt(secret, at(3_000 + offset))
    expect(findTotpStep(secret, code, at(3_000), null)).toBe(expected)
  })

  it('works once, and no earlier one after it', () => {
    const code = totpCodeAt(secret, at(3_000))
    expect(findTotpStep(secret, code, at(3_000), 99)).toBe(100)
    expect(findTotpStep(secret, code, at(3_000), 100)).toBeUndefined()
    expect(findTotpStep(secret, totpCodeAt(secret, at(2_970)), at(3_000), 100)).toBeUndefined()
  })

  it('is told apart from a recovery code, however it was typed', () => {
    expect(['123456', ' 123 456 ', '123-456'].map(readTotpCode)).toEqual(['123456', '123456', '123456'])
    expect(['12345', '1234567', 'ABCD-EFGH-JKMN-PQRS', ''].map(readTotpCode)).toEqual(Array(4).fill(undefined))
  })

  it('tells an authenticator app all it needs', () => {
    const offer = describeTotp(secret, 'lan')
    expect(offer.secret).toBe('GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ')
    const url = new URL(offer.otpauthUrl)
    expect([url.protocol, url.host, decodeURIComponent(url.pathname)]).toEqual(['otpauth:', 'totp', '/Loa Xã:lan'])
    expect(url.searchParams.get('secret')).toBe('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ')
    expect(drawTotpSecret()).toHaveLength(20)
    expect(drawTotpSecret()).not.toEqual(drawTotpSecret())
  })
})

describe('sealing', () => {
  const key = new Uint8Array(32).fill(7)

  it('opens what it sealed, for whom it was sealed, undamaged', () => {
    const sealing = createSealing(key)
    const sealed = sealing.seal(secret, 'lan')
    expect(Buffer.from(sealed).includes(Buffer.from(secret))).toBe(false)
    expect(sealing.open(sealed, 'lan')).toEqual(secret)
    expect(sealing.seal(secret, 'lan')).not.toEqual(sealed)
    expect(sealing.open(sealed, 'hoa')).toBeUndefined()
    expect(createSealing(new Uint8Array(32)).open(sealed, 'lan')).toBeUndefined()
    for (const index of sealed.keys()) {
      const damaged = Uint8Array.from(sealed)
      damaged[index] = (damaged[index] ?? 0) ^ 1
      expect(sealing.open(damaged, 'lan')).toBeUndefined()
    }
    expect(sealing.open(new Uint8Array([1]), 'lan')).toBeUndefined()
  })

  it('keeps its key in a file for the owner alone, and finds it again', async () => {
    const dir = await mkdtemp(path.join(os.tmpdir(), 'loaxa-sealing-'))
    onTestFinished(() => rm(dir, { recursive: true }))
    const keys = path.join(dir, 'keys')
    const first = await loadSealing(keys)
    const file = path.join(keys, 'sealing-key')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const again = await loadSealing(keys)
    expect(again.open(first.seal(secret, 'lan'), 'lan')).toEqual(secret)
    expect(again.fingerprint('lan')).toBe(first.fingerprint('lan'))
    expect(again.fingerprint('lan')).not.toBe(createSealing(key).fingerprint('lan'))
    expect(await readFile(file, 'utf8')).toMatch(/^[A-Za-z0-9+/]{43}=\n$/)
  })
})

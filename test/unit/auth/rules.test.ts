import { describe, expect, it } from 'vitest'
import { instantMs } from '#protocol/time.ts'
import { assertMay, readActionFor } from '#server/auth/authorise.ts'
import { isCommonPassword } from '#server/auth/passwords.ts'
import { type Actor, areasFor, mayAct, mayHearOf, type Role } from '#server/auth/rules.ts'
import { createSignInDelay, delayAfter } from '#server/auth/sign-in-delay.ts'
import { drawCode, hashCode } from '#server/auth/tokens.ts'

const actor = (...grants: [areaId: string, role: Role][]): Actor => ({
  accountId: 'a',
  userName: 'a',
  displayName: 'A',
  grants: grants.map(([areaId, role]) => ({ areaId, areaPath: ['province', areaId], role })),
})

describe('roles within areas', () => {
  const path = ['province', 'commune', 'village']
  it.each<[string, Actor, boolean]>([
    ['holds for the area itself', actor(['village', 'technician']), true],
    ['holds for all below', actor(['province', 'technician']), true],
    ['holds nowhere else', actor(['other', 'technician']), false],
    ['is not lent by another role', actor(['village', 'auditor']), false],
    ['is not joined from two grants', actor(['other', 'technician'], ['village', 'auditor']), false],
    ['needs a grant', actor(), false],
  ])('a grant %s', (_name, who, expected) => {
    expect(mayAct(who, 'devices.manage', path)).toBe(expected)
  })

  it('names the areas for filters once', () => {
    const who = actor(['a', 'technician'], ['a', 'administrator'], ['b', 'auditor'])
    expect(areasFor(who, 'devices.manage')).toEqual(['a'])
    expect(areasFor(who, 'devices.read')).toEqual(['a', 'b'])
  })

  it('hides what one may not read, and refuses what one may only read', () => {
    expect(() => assertMay(actor(['other', 'administrator']), 'devices.manage', path)).toThrow('not-found')
    expect(() => assertMay(actor(['village', 'auditor']), 'devices.manage', path)).toThrow('not-allowed')
    expect(() => assertMay(actor(['village', 'technician']), 'devices.manage', path)).not.toThrow()
    expect(readActionFor('accounts.manage')).toBe('areas.read')
    expect(readActionFor('alerts.issue')).toBe('alerts.read')
  })
})

describe('the delay after failed sign-ins', () => {
  it.each([
    [0, 0],
    [2, 0],
    [3, 1_000],
    [4, 2_000],
    [6, 8_000],
    [40, 300_000],
  ])('after %i failures %i ms', (failures, expectedMs) => {
    expect(delayAfter(failures)).toBe(expectedMs)
  })

  it('slows one account at one address, forgets a success and long silence, and stays bounded', () => {
    const delay = createSignInDelay(2)
    const at = (ms: number) => instantMs.parse(1_000_000 + ms)
    for (let i = 0; i < 3; i++) expect(delay.begin('Lan', '10.0.0.1', at(0))).toBeUndefined()
    expect(delay.begin('lan ', '10.0.0.1', at(0))).toBe(1_000)
    expect(delay.begin('lan', '10.0.0.2', at(0))).toBeUndefined()
    expect(delay.begin('lan', '10.0.0.1', at(1_000))).toBeUndefined()
    expect(delay.begin('lan', '10.0.0.1', at(1_001))).toBe(1_999)
    expect(delay.begin('lan', '10.0.0.1', at(3_600_000))).toBeUndefined()
    delay.succeed('lan', '10.0.0.1')
    for (let i = 0; i < 3; i++) expect(delay.begin('lan', '10.0.0.1', at(3_600_000))).toBeUndefined()
    delay.begin('x', 'y', at(3_600_000))
    delay.begin('z', 'y', at(3_600_000))
    expect(delay.begin('lan', '10.0.0.1', at(3_600_000))).toBeUndefined()
  })
})

describe('codes and passwords', () => {
  it('takes a code however it was typed', () => {
    const code = drawCode()
    expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/)
    expect(hashCode(` ${code.toLowerCase().replaceAll('-', ' ')}`)).toBe(hashCode(code))
    expect(hashCode('0O1I-LAAA-0000-0000')).toBe(hashCode('0011-1AAA-0000-0000'))
  })

  it.each([
    ['123456789012', true],
    ['Matkhau 123456', true],
    ['aaaaaaaaaaaaaaa', true],
    ['nguyenlan nguyenlan', true],
    ['con trâu đi trước cái cày', false],
  ])('%s is common: %s', (password, expected) => {
    expect(isCommonPassword(password, 'nguyenlan')).toBe(expected)
  })
})

describe('what is heard of', () => {
  it.each([
    ['in the own area', ['province', 'commune'], true],
    ['below it', ['province', 'commune', 'village'], true],
    ['above it, since that sounds here too', ['province'], true],
    ['beside it', ['province', 'neighbour'], false],
    ['nowhere', [], false],
  ])('%s: %s → %s', (_where, path, expected) => {
    expect(mayHearOf(actor(['commune', 'editor']), 'broadcasts.read', path)).toBe(expected)
  })
})

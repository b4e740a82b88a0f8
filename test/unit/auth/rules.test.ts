import { describe, expect, it } from 'vitest'
import { assertMay, readActionFor } from '#server/auth/authorise.ts'
import { isCommonPassword, namesItsOwner } from '#server/auth/passwords.ts'
import {
  type Actor,
  actions,
  areasFor,
  isAction,
  mayAct,
  mayHearOf,
  needsSecondFactor,
  type Role,
  roles,
  sharedPath,
} from '#server/auth/rules.ts'
import { drawCode, hashCode } from '#server/auth/tokens.ts'

const actor = (...grants: [areaId: string, role: Role][]): Actor => ({
  accountId: 'a',
  userName: 'a',
  displayName: 'A',
  grants: grants.map(([areaId, role]) => ({ areaId, areaPath: ['province', areaId], role })),
})

const actionNames = Object.keys(actions).filter(isAction)

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

  it('lends approving and reading in an approver’s absence, and neither sirens nor commands', () => {
    const own = actor(['commune', 'approver'])
    const lent: Actor = { ...own, grants: own.grants.map((grant) => ({ ...grant, onBehalfOfId: 'away' })) }
    const doable = (who: Actor) => actionNames.filter((action) => mayAct(who, action, path))
    expect(doable(own).filter((action) => !doable(lent).includes(action))).toEqual([
      'areas.rules',
      'devices.command',
      'broadcasts.stop',
      'alerts.issue',
    ])
    expect(doable(lent)).toContain('library.approve')
    expect(areasFor(lent, 'alerts.issue')).toEqual([])
  })

  it('leaves restarts, which cut an emergency, to administrators and technicians', () => {
    const restarting = roles.filter((role) => mayAct(actor(['commune', role]), 'devices.restart', path))
    expect(restarting).toEqual(['administrator', 'technician'])
  })

  it('hides what one may not read, and refuses what one may only read', () => {
    expect(() => assertMay(actor(['other', 'administrator']), 'devices.manage', path)).toThrow('not-found')
    expect(() => assertMay(actor(['village', 'auditor']), 'devices.manage', path)).toThrow('not-allowed')
    expect(() => assertMay(actor(['village', 'technician']), 'devices.manage', path)).not.toThrow()
    expect(readActionFor('accounts.manage')).toBe('accounts.read')
    expect(readActionFor('alerts.issue')).toBe('alerts.read')
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
    ['Truyền thanh 2025', true],
    ['P@ssw0rd2024!', true],
    ['qwertyuiop[]12', true],
    ['anhyeuemnhieulam', true],
    ['nguyenthilan1990', true],
    ['aaaaaaaaaaaaaaa', true],
    ['abcabcabcabc', true],
    ['1990-12-31-0912345678', true],
    ['con trâu đi trước cái cày', false],
    ['password-dragon-monkey-summer', false],
    ['correct horse battery staple', false],
    ['xq7v kd92 mw4t', false],
  ])('%s is common: %s', (password, expected) => {
    expect(isCommonPassword(password)).toBe(expected)
  })

  it.each([
    ['nguyenlan nguyenlan', ['nguyenlan'], true],
    ['Bản Lầu 2025 bản lầu', ['lan', 'Bản Lầu'], true],
    ['Nguyễn Thị Lan 1990', ['lan', 'Nguyễn Thị Lan'], true],
    ['lan can bằng gỗ lim', ['lan', 'Nguyễn Thị Lan'], false],
    ['xã Bản Lầu mưa dầm thấm lâu', ['lan', 'Bản Lầu'], false],
  ])('%s names its owner %j: %s', (password, names, expected) => {
    expect(namesItsOwner(password, names)).toBe(expected)
  })
})

describe('second factors and shared areas', () => {
  it.each<[Role[], boolean]>([
    [['editor'], false],
    [['editor', 'approver'], true],
    [[], false],
  ])('%j need a second factor: %s', (held, expected) => {
    const grants = held.map((role) => ({ role }))
    expect(needsSecondFactor(grants, ['administrator', 'approver'])).toBe(expected)
    expect(needsSecondFactor(grants, [])).toBe(false)
  })

  it.each<[string[][], string[]]>([
    [[], []],
    [[['p', 'a']], ['p', 'a']],
    [
      [
        ['p', 'a'],
        ['p', 'b'],
      ],
      ['p'],
    ],
    [
      [
        ['p', 'a', 'v'],
        ['p', 'a'],
      ],
      ['p', 'a'],
    ],
    [[['p'], ['q']], []],
  ])('%j share %j', (paths, expected) => {
    expect(sharedPath(paths)).toEqual(expected)
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

import { describe, expect, it } from 'vitest'
import {
  type AccountAct,
  type AccountFacts,
  accountActs,
  compareGrants,
  refuseAccountAct,
  rootsLeftAlone,
  TWO_PEOPLE_WITHIN_MS,
} from '#server/auth/account-rules.ts'
import type { Actor, Grant, Role } from '#server/auth/rules.ts'

const paths: Record<string, string[]> = {
  province: ['province'],
  commune: ['province', 'commune'],
  neighbour: ['province', 'neighbour'],
}
const grant = (areaId: string, role: Role): Grant => ({ areaId, role, areaPath: paths[areaId] ?? [] })
const actor = (...grants: Grant[]): Actor => ({ accountId: 'me', userName: 'me', displayName: 'Me', grants })
const account = (facts: Partial<AccountFacts> = {}): AccountFacts => ({
  id: 'other',
  isDisabled: false,
  grants: [grant('commune', 'approver')],
  linkMade: undefined,
  factorReset: undefined,
  ...facts,
})
const NOW = 1_800_000_000_000
const here = actor(grant('commune', 'administrator'))
const above = actor(grant('province', 'administrator'))
const both = [grant('commune', 'approver'), grant('province', 'auditor')]
const day = 24 * 3_600_000

describe('what administrators may do to accounts', () => {
  it.each(accountActs)('%s: within the own areas only, and never to somebody unseen', (act) => {
    expect(refuseAccountAct(here, act, account(), NOW)).toBeUndefined()
    expect(refuseAccountAct(above, act, account(), NOW)).toBeUndefined()
    const unseen = account({ grants: [grant('neighbour', 'approver')] })
    expect(refuseAccountAct(here, act, unseen, NOW)).toBe('not-found')
    expect(refuseAccountAct(actor(grant('commune', 'approver')), act, account(), NOW)).toBe('not-found')
    expect(refuseAccountAct(here, act, account({ grants: [] }), NOW)).toBe('not-found')
  })

  it.each<[AccountAct, string | undefined]>([
    ['rename', undefined],
    ['change-roles', 'not-your-own-account'],
    ['disable', 'not-your-own-account'],
    ['enable', 'not-your-own-account'],
    ['make-link', 'not-your-own-account'],
    ['reset-second-factor', 'not-your-own-account'],
  ])('%s to oneself: %s', (act, expected) => {
    const self = account({ id: 'me', grants: here.grants })
    expect(refuseAccountAct(here, act, self, NOW)).toBe(expected)
  })

  it.each<[AccountAct, string | undefined]>([
    ['rename', 'account-beyond-your-areas'],
    ['change-roles', undefined],
    ['disable', 'account-beyond-your-areas'],
    ['enable', 'account-beyond-your-areas'],
    ['make-link', 'account-beyond-your-areas'],
    ['reset-second-factor', 'account-beyond-your-areas'],
  ])('%s to somebody with a role above: %s', (act, expected) => {
    expect(refuseAccountAct(here, act, account({ grants: both }), NOW)).toBe(expected)
    expect(refuseAccountAct(above, act, account({ grants: both }), NOW)).toBeUndefined()
  })

  it.each<[string, AccountAct, Partial<AccountFacts>, string | undefined]>([
    ['a link after one’s own reset', 'make-link', { factorReset: { atMs: NOW - day, byId: 'me' } }, 'link-after-reset'],
    ['a link after another’s reset', 'make-link', { factorReset: { atMs: NOW - day, byId: 'you' } }, undefined],
    ['a link a week later', 'make-link', { factorReset: { atMs: NOW - TWO_PEOPLE_WITHIN_MS, byId: 'me' } }, undefined],
    ['a second link', 'make-link', { linkMade: { atMs: NOW - day, byId: 'me' } }, undefined],
    [
      'a reset after one’s own link',
      'reset-second-factor',
      { linkMade: { atMs: NOW - day, byId: 'me' } },
      'reset-after-link',
    ],
    ['a reset after another’s link', 'reset-second-factor', { linkMade: { atMs: NOW - day, byId: 'you' } }, undefined],
    ['a link for a disabled account', 'make-link', { isDisabled: true }, 'account-disabled'],
    ['enabling it', 'enable', { isDisabled: true }, undefined],
  ])('%s', (_what, act, facts, expected) => {
    expect(refuseAccountAct(here, act, account(facts), NOW)).toBe(expected)
  })
})

describe('changed roles', () => {
  const a = { areaId: 'a', role: 'editor' } as const
  const b = { areaId: 'a', role: 'approver' } as const
  const c = { areaId: 'c', role: 'editor' } as const
  it.each([
    [[a], [a], [], []],
    [[a], [a, a], [], []],
    [[a], [b], [a], [b]],
    [[a, b], [b, c, c], [a], [c]],
    [[], [a], [], [a]],
  ])('%j → %j', (held, wanted, remove, add) => {
    expect(compareGrants(held, wanted)).toEqual({ remove, add })
  })

  it.each<[string, Grant[], string[], string[]]>([
    ['the last of a root', [grant('province', 'administrator')], [], ['province']],
    ['one of two of a root', [grant('province', 'administrator')], ['province'], []],
    ['below a root', [grant('commune', 'administrator')], [], []],
    ['another role at a root', [grant('province', 'auditor')], [], []],
  ])('%s', (_what, lost, others, expected) => {
    expect(rootsLeftAlone(lost, new Set(others))).toEqual(expected)
  })
})

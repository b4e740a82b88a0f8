import { describe, expect, test } from 'vitest'
import { type InstantMs, instantMs } from '#protocol/time.ts'
import {
  type Candidate,
  findStandingFor,
  isSuitableDelegate,
  listRights,
  mayEndDelegation,
  refuseDelegation,
  refuseStanding,
} from '#server/approvals/rules.ts'
import type { Actor, Grant, Role } from '#server/auth/rules.ts'

const DAY_MS = 86_400_000
const now = instantMs.parse(Date.UTC(2026, 10, 25))
const inDays = (days: number): InstantMs => instantMs.parse(now + days * DAY_MS)

const paths: Record<string, string[]> = {
  province: ['province'],
  commune: ['province', 'commune'],
  village: ['province', 'commune', 'village'],
  neighbour: ['province', 'neighbour'],
}
const pathOf = (areaId: string): string[] => paths[areaId] ?? []
const areaOf = (id: string) => ({ id, path: pathOf(id) })
const grant = (role: Role, areaId: string, onBehalfOfId?: string): Grant => ({
  role,
  areaId,
  areaPath: pathOf(areaId),
  ...(onBehalfOfId === undefined ? {} : { onBehalfOfId }),
})
const actorOf = (...grants: Grant[]): Actor => ({ accountId: 'me', userName: 'me', displayName: 'Me', grants })

test.each([
  ['an approver of the area', [grant('approver', 'commune')], 'commune', [null]],
  ['of an area above', [grant('approver', 'province')], 'village', [null]],
  ['not of the neighbour', [grant('approver', 'neighbour')], 'commune', []],
  ['not an editor', [grant('editor', 'commune')], 'commune', []],
  ['in the place of who is away', [grant('approver', 'commune', 'an')], 'village', ['an']],
  ['the own right first', [grant('approver', 'commune', 'an'), grant('approver', 'province')], 'commune', [null, 'an']],
  [
    'of two who are away',
    [grant('approver', 'commune', 'an'), grant('approver', 'village', 'binh')],
    'village',
    ['an', 'binh'],
  ],
])('rights to approve: %s', (_what, grants, areaId, expected) => {
  expect(listRights(actorOf(...grants), pathOf(areaId))).toEqual(expected)
})

describe('a standing approval', () => {
  const given = {
    id: 's1',
    programmeId: 'morning',
    givenById: 'an',
    onBehalfOfId: null,
    validUntil: inDays(1),
    withdrawnAt: null,
  }
  const submission = {
    programmeIds: ['morning'],
    areaPath: pathOf('commune'),
    contributorIds: new Set(['editor']),
    wasReturned: false,
  }
  const right = { accountId: 'an', areaId: 'commune', onBehalfOfId: null }

  test.each([
    ['of the one programme that it stands in', {}, [given], [right], 's1'],
    ['nobody gave one', {}, [], [right], undefined],
    ['it stands in no programme', { programmeIds: [] }, [given], [right], undefined],
    [
      'it stands in another programme too, which has none',
      { programmeIds: ['morning', 'evening'] },
      [given],
      [right],
      undefined,
    ],
    [
      'both programmes have one',
      { programmeIds: ['morning', 'evening'] },
      [given, { ...given, id: 's2', programmeId: 'evening' }],
      [right],
      's1',
    ],
    ['it is over', {}, [{ ...given, validUntil: now }], [right], undefined],
    ['it was withdrawn', {}, [{ ...given, withdrawnAt: now }], [right], undefined],
    ['the giver lost the role, or the account', {}, [given], [], undefined],
    ['the giver’s role is for a village only', {}, [given], [{ ...right, areaId: 'village' }], undefined],
    ['the giver’s role is for all of the province', {}, [given], [{ ...right, areaId: 'province' }], 's1'],
    [
      'the bulletin is the province’s, the giver’s role the commune’s',
      { areaPath: pathOf('province') },
      [given],
      [right],
      undefined,
    ],
    ['the giver had a hand in it', { contributorIds: new Set(['an']) }, [given], [right], undefined],
    [
      'another giver had none',
      { contributorIds: new Set(['an']) },
      [given, { ...given, id: 's2', givenById: 'binh' }],
      [right, { ...right, accountId: 'binh' }],
      's2',
    ],
    ['somebody returned it last', { wasReturned: true }, [given], [right], undefined],
    [
      'given in the place of an approver, while that lasts',
      {},
      [{ ...given, givenById: 'chi', onBehalfOfId: 'an' }],
      [{ ...right, accountId: 'chi', onBehalfOfId: 'an' }],
      's1',
    ],
    [
      'given in another’s place, which is over, though the giver is an approver by now',
      {},
      [{ ...given, givenById: 'chi', onBehalfOfId: 'an' }],
      [{ ...right, accountId: 'chi' }],
      undefined,
    ],
    [
      'given in the place of a contributor',
      { contributorIds: new Set(['an']) },
      [{ ...given, givenById: 'chi', onBehalfOfId: 'an' }],
      [{ ...right, accountId: 'chi', onBehalfOfId: 'an' }],
      undefined,
    ],
  ])('%s', (_what, change, standing, rights, expected) => {
    expect(findStandingFor({ ...submission, ...change }, standing, rights, now)?.id).toBe(expected)
  })

  test.each([
    ['tomorrow', inDays(1), undefined],
    ['in a year', inDays(365), undefined],
    ['now', now, 'approval-period-invalid'],
    ['in more than a year', inDays(367), 'standing-too-long'],
  ])('valid until %s', (_what, validUntil, expected) => {
    expect(refuseStanding(validUntil, now)).toBe(expected)
  })
})

describe('a delegation', () => {
  const deputy: Candidate = {
    id: 'deputy',
    isDisabled: false,
    hasSecondFactor: false,
    grants: [grant('editor', 'commune')],
  }
  const week = { startsAt: now, endsAt: inDays(7), candidate: deputy, needsFactor: false }
  const approver = actorOf(grant('approver', 'commune'))

  test.each([
    ['a week, to somebody of the commune', approver, week, 'commune', undefined],
    ['of an area below the own', approver, week, 'village', undefined],
    ['of an area above the own', approver, week, 'province', 'delegation-not-own'],
    ['of a neighbour’s area', approver, week, 'neighbour', 'delegation-not-own'],
    [
      'of a right that was lent (no chains)',
      actorOf(grant('approver', 'commune', 'an')),
      week,
      'commune',
      'delegation-not-own',
    ],
    [
      'of the own right, besides a lent one',
      actorOf(grant('approver', 'commune', 'an'), grant('approver', 'commune')),
      week,
      'commune',
      undefined,
    ],
    ['ends before it begins', approver, { ...week, startsAt: inDays(8) }, 'commune', 'approval-period-invalid'],
    [
      'is over already',
      approver,
      { ...week, startsAt: inDays(-2), endsAt: inDays(-1) },
      'commune',
      'approval-period-invalid',
    ],
    ['90 days', approver, { ...week, endsAt: inDays(90) }, 'commune', undefined],
    ['91 days', approver, { ...week, endsAt: inDays(91) }, 'commune', 'delegation-too-long'],
    [
      'in two years',
      approver,
      { ...week, startsAt: inDays(730), endsAt: inDays(731) },
      'commune',
      'delegation-too-far-ahead',
    ],
    ['to nobody', approver, { ...week, candidate: null }, 'commune', 'delegate-unsuitable'],
    ['to oneself', approver, { ...week, candidate: { ...deputy, id: 'me' } }, 'commune', 'delegate-unsuitable'],
    ['that asks for a second factor', approver, { ...week, needsFactor: true }, 'commune', 'delegate-unprotected'],
    [
      'that asks for a second factor, to somebody who has one',
      approver,
      { ...week, needsFactor: true, candidate: { ...deputy, hasSecondFactor: true } },
      'commune',
      undefined,
    ],
  ])('%s', (_what, actor, delegation, areaId, expected) => {
    expect(refuseDelegation(actor, delegation, areaOf(areaId), now)).toBe(expected)
  })

  test.each([
    ['of the area', {}, 'commune', true],
    ['of a village below', { grants: [grant('technician', 'village')] }, 'commune', true],
    ['of the province above', { grants: [grant('province_official', 'province')] }, 'commune', true],
    ['of the neighbour', { grants: [grant('approver', 'neighbour')] }, 'commune', false],
    ['an auditor', { grants: [grant('auditor', 'commune')] }, 'commune', false],
    [
      'an auditor who is also an editor',
      { grants: [grant('auditor', 'commune'), grant('editor', 'commune')] },
      'commune',
      true,
    ],
    ['without any role', { grants: [] }, 'commune', false],
    ['whose account is disabled', { isDisabled: true }, 'commune', false],
  ])('to somebody %s', (_what, change, areaId, expected) => {
    expect(isSuitableDelegate({ ...deputy, ...change }, 'me', areaOf(areaId))).toBe(expected)
  })

  test.each([
    ['who gave it', { fromId: 'me', toId: 'x' }, actorOf(), true],
    ['who received it', { fromId: 'x', toId: 'me' }, actorOf(), true],
    ['an administrator of the area', { fromId: 'x', toId: 'y' }, actorOf(grant('administrator', 'commune')), true],
    ['another approver', { fromId: 'x', toId: 'y' }, approver, false],
    ['a neighbour’s administrator', { fromId: 'x', toId: 'y' }, actorOf(grant('administrator', 'neighbour')), false],
  ])('is ended by %s: %#', (_what, parties, actor, expected) => {
    expect(mayEndDelegation(actor, parties, pathOf('commune'))).toBe(expected)
  })
})

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Role } from '#server/auth/rules.ts'
import { createTestApp, type TestApp, type TestUser } from '../../support/app.ts'
import { createVisitor, makePerson, outcomeOf } from '../../support/visitor.ts'

const PASSWORD = 'con trâu đi trước cái cày'
const DAY = 24 * 3_600_000
let test: TestApp
let province: string
let commune: string
let neighbour: string
let above: TestUser
let admin: TestUser
beforeEach(async () => {
  // Sessions that last: what is tested here takes days.
  test = await createTestApp({ sessions: { limits: { idleMs: 60 * DAY, absoluteMs: 60 * DAY } } })
  province = await test.makeArea('province', 'Lào Cai')
  commune = await test.makeArea('commune', 'Bản Lầu', province)
  neighbour = await test.makeArea('commune', 'Mường Hum', province)
  above = await test.signInAs({ areaId: province, role: 'administrator' })
  admin = await test.signInAs({ areaId: commune, role: 'administrator' })
})
afterEach(() => test.close())

const grants = (...held: [areaId: string, role: Role][]) => held.map(([areaId, role]) => ({ areaId, role }))
const setGrants = (by: TestUser, id: string, ...held: [string, Role][]) =>
  by.call('PUT', `/api/accounts/${id}/grants`, { grants: grants(...held) })
const act = (by: TestUser, id: string, what: string) => by.call('POST', `/api/accounts/${id}/${what}`)
const giveSecondFactor = (id: string) =>
  test.db.prisma.account.update({ where: { id }, data: { totpConfirmedAt: new Date(test.clock.now()) } })
async function lastEntry(): Promise<Record<string, unknown>> {
  const entry = await test.db.prisma.auditEntry.findFirstOrThrow({ orderBy: { seq: 'desc' } })
  return JSON.parse(Buffer.from(entry.bytes).toString())
}

describe('an account', () => {
  it('is renamed, given roles, disabled and enabled, each on record with before and after', async () => {
    const lan = await test.signInAs({ areaId: commune, role: 'editor' })
    const renamed = await admin.call('PATCH', `/api/accounts/${lan.accountId}`, { displayName: 'Nguyễn Thị Lan' })
    expect(renamed.json()).toMatchObject({ displayName: 'Nguyễn Thị Lan', hasSecondFactor: false })
    expect(await lastEntry()).toMatchObject({
      action: 'account.changed',
      actorId: admin.accountId,
      address: '127.0.0.1',
      areaPath: [province, commune],
      subjectId: lan.accountId,
      after: { displayName: 'Nguyễn Thị Lan' },
    })
    const changed = await setGrants(admin, lan.accountId, [commune, 'editor'], [commune, 'technician'])
    expect(changed.json().grants).toEqual(grants([commune, 'editor'], [commune, 'technician']))
    expect(await lastEntry()).toMatchObject({
      action: 'account.grants-changed',
      before: { grants: grants([commune, 'editor']) },
      after: { grants: grants([commune, 'editor'], [commune, 'technician']) },
    })
    expect(test.reported.at(-1)).toMatchObject({ code: 'roles-changed', facts: { accountId: admin.accountId } })
    expect((await act(admin, lan.accountId, 'disable')).json().disabled).toBe(true)
    expect((await lastEntry()).action).toBe('account.disabled')
    expect((await act(admin, lan.accountId, 'enable')).json().disabled).toBe(false)
    expect((await lastEntry()).action).toBe('account.enabled')
  })

  it('that is disabled cannot sign in, is not told apart, and its open links are void', async () => {
    const id = await makePerson(test, 'lan', PASSWORD, { areaId: commune, role: 'editor' })
    const { signInCode } = (await act(admin, id, 'sign-in-code')).json()
    await act(admin, id, 'disable')
    const lan = createVisitor(test)
    expect(outcomeOf(await lan.signIn('lan', PASSWORD))).toEqual([401, 'wrong-credentials'])
    const once = await lan.call('POST', '/api/session/one-time', { code: signInCode })
    expect(outcomeOf(once)).toEqual([401, 'code-not-valid'])
    expect(outcomeOf(await act(admin, id, 'sign-in-code'))).toEqual([409, 'account-disabled'])
    await act(admin, id, 'enable')
    expect(outcomeOf(await createVisitor(test, '10.0.0.1').signIn('lan', PASSWORD))).toEqual([200])
  })

  it('keeps the roles that lie beyond the administrator’s areas, and at least one', async () => {
    const lan = await test.signInAs(...grants([commune, 'editor'], [neighbour, 'editor']))
    const moved = await setGrants(admin, lan.accountId, [commune, 'approver'])
    expect(moved.json().grants).toEqual(grants([commune, 'approver']))
    const held = await test.db.prisma.roleGrant.findMany({ where: { accountId: lan.accountId } })
    expect(held.map((one) => `${one.areaId} ${one.role}`).sort()).toEqual(
      [`${commune} approver`, `${neighbour} editor`].sort(),
    )
    expect((await admin.call('PUT', `/api/accounts/${lan.accountId}/grants`, { grants: [] })).statusCode).toBe(400)
    expect(outcomeOf(await setGrants(admin, lan.accountId, [province, 'auditor']))).toEqual([404, 'not-found'])
    expect(outcomeOf(await setGrants(admin, lan.accountId, [neighbour, 'auditor']))).toEqual([404, 'not-found'])
    for (const what of ['disable', 'enable', 'sign-in-code', 'second-factor/reset']) {
      expect(outcomeOf(await act(admin, lan.accountId, what))).toEqual([403, 'account-beyond-your-areas'])
    }
  })

  it('is not ended by a change that changes nothing', async () => {
    const lan = await test.signInAs({ areaId: commune, role: 'editor' })
    const same = await setGrants(admin, lan.accountId, [commune, 'editor'], [commune, 'editor'])
    expect(same.json().grants).toEqual(grants([commune, 'editor']))
    expect((await lan.call('GET', '/api/session')).statusCode).toBe(200)
    expect((await act(admin, lan.accountId, 'enable')).statusCode).toBe(200)
    await act(admin, lan.accountId, 'disable')
    const entries = await test.db.prisma.auditEntry.count()
    expect((await act(admin, lan.accountId, 'disable')).json().disabled).toBe(true)
    expect(await test.db.prisma.auditEntry.count()).toBe(entries)
  })
})

describe('nobody', () => {
  it('changes their own roles, disables themselves or makes a link for themselves', async () => {
    for (const what of ['disable', 'enable', 'sign-in-code', 'second-factor/reset']) {
      expect(outcomeOf(await act(above, above.accountId, what))).toEqual([403, 'not-your-own-account'])
    }
    const own = await setGrants(above, above.accountId, [province, 'administrator'], [province, 'approver'])
    expect(outcomeOf(own)).toEqual([403, 'not-your-own-account'])
    const renamed = await above.call('PATCH', `/api/accounts/${above.accountId}`, { displayName: 'Chính tôi' })
    expect(renamed.statusCode).toBe(200)
  })

  it('leaves a root without an administrator, also not two at once', async () => {
    const other = await test.signInAs({ areaId: province, role: 'administrator' })
    const both = await Promise.all([
      setGrants(above, other.accountId, [province, 'auditor']),
      act(other, above.accountId, 'disable'),
    ])
    expect(both.map((one) => one.statusCode).sort()).toEqual([200, 409])
    expect(both.map((one) => one.json().code)).toContain('last-administrator')
    const left = await test.db.prisma.roleGrant.count({
      where: { areaId: province, role: 'administrator', account: { disabledAt: null } },
    })
    expect(left).toBe(1)
    // A commune may be without: its province looks after it.
    const survivor = both[0].statusCode === 200 ? above : other
    expect(outcomeOf(await act(survivor, admin.accountId, 'disable'))).toEqual([200])
  })

  it('takes over an approver alone: a reset and a link are two people’s work for a week', async () => {
    const id = await makePerson(test, 'hoa', PASSWORD, { areaId: commune, role: 'approver' })
    await giveSecondFactor(id)
    expect(outcomeOf(await act(admin, id, 'sign-in-code'))).toEqual([201])
    const refused = await act(admin, id, 'second-factor/reset')
    expect(outcomeOf(refused)).toEqual([409, 'reset-after-link'])
    expect(refused.json().title).toContain('loaxa account sign-in-link')
    test.clock.advance(7 * DAY)
    expect(outcomeOf(await act(admin, id, 'second-factor/reset'))).toEqual([200])
    expect(await lastEntry()).toMatchObject({ action: 'account.second-factor-reset', subjectId: id })
    expect(outcomeOf(await act(admin, id, 'second-factor/reset'))).toEqual([409, 'second-factor-not-active'])
    expect(outcomeOf(await act(admin, id, 'sign-in-code'))).toEqual([409, 'link-after-reset'])
    expect(outcomeOf(await act(above, id, 'sign-in-code'))).toEqual([201])
  })
})

describe('two administrators', () => {
  /** An account that `by` makes, and that its holder has entered by the link. */
  async function makeAdministrator(by: TestUser, userName: string): Promise<TestUser> {
    const body = { userName, displayName: userName, grants: grants([commune, 'administrator']) }
    const made = (await by.call('POST', '/api/accounts', body)).json()
    const visitor = createVisitor(test)
    const entered = await visitor.call('POST', '/api/session/one-time', { code: made.signInCode })
    expect(outcomeOf(entered)).toEqual([200])
    const call: TestUser['call'] = (method, url, sent) => {
      if (method === 'HEAD') throw new Error('not needed here')
      return visitor.call(method, url, sent)
    }
    return { accountId: made.account.id, token: '', call }
  }
  const suspected = () => test.reported.filter((one) => one.code === 'two-person-rule-suspect')

  it('cannot use a link that one of them made before the other reset the second factor', async () => {
    const id = await makePerson(test, 'hoa', PASSWORD, { areaId: commune, role: 'approver' })
    await giveSecondFactor(id)
    const { signInCode } = (await act(admin, id, 'sign-in-code')).json()
    expect(outcomeOf(await act(above, id, 'second-factor/reset'))).toEqual([200])
    const once = await createVisitor(test).call('POST', '/api/session/one-time', { code: signInCode })
    expect(outcomeOf(once)).toEqual([401, 'code-not-valid'])
    expect(suspected()).toEqual([])
  })

  it.each([
    ['the maker resets', true],
    ['the maker makes the link', false],
  ])('of whom one made the other are told to the SOC: %s', async (_case, makerResets) => {
    const id = await makePerson(test, 'hoa', PASSWORD, { areaId: commune, role: 'approver' })
    await giveSecondFactor(id)
    const second = await makeAdministrator(admin, 'hai')
    const [resetter, linker] = makerResets ? [admin, second] : [second, admin]
    expect(outcomeOf(await act(resetter, id, 'second-factor/reset'))).toEqual([200])
    expect(suspected()).toEqual([])
    expect(outcomeOf(await act(linker, id, 'sign-in-code'))).toEqual([201])
    expect(suspected()).toMatchObject([
      { facts: { accountId: linker.accountId, detail: 'one-time link after a reset: hoa' } },
    ])
  })

  it('are told also when the link came first, and when a third made both; not after a week', async () => {
    const id = await makePerson(test, 'hoa', PASSWORD, { areaId: commune, role: 'approver' })
    await giveSecondFactor(id)
    const [one, two] = [await makeAdministrator(admin, 'mot'), await makeAdministrator(admin, 'hai')]
    await act(one, id, 'sign-in-code')
    expect(outcomeOf(await act(two, id, 'second-factor/reset'))).toEqual([200])
    expect(suspected()).toMatchObject([{ facts: { detail: 'reset after a one-time link: hoa' } }])
    test.clock.advance(7 * DAY)
    const three = await test.signInAs({ areaId: commune, role: 'administrator' })
    await giveSecondFactor(id)
    await act(admin, id, 'sign-in-code')
    await act(three, id, 'second-factor/reset')
    expect(suspected()).toHaveLength(1)
  })
})

describe('a password', () => {
  it.each([
    ['matkhau 2026 abc', 'password-too-common'],
    ['Truyền thanh 2026', 'password-too-common'],
    ['hoa.ban.lau Bản Lầu', 'password-names-you'],
    ['ngắn quá', 'bad-request'],
  ])('%s is refused: %s', async (password, code) => {
    await makePerson(test, 'hoa.ban.lau', PASSWORD, { areaId: commune, role: 'editor' })
    const hoa = createVisitor(test)
    await hoa.signIn('hoa.ban.lau', PASSWORD)
    const answer = await hoa.call('PUT', '/api/account/password', { password, currentPassword: PASSWORD })
    expect(answer.json().code).toBe(code)
    expect((await hoa.call('GET', '/api/session')).statusCode).toBe(200)
  })

  it('once set ends all other sessions, under a new session id', async () => {
    await makePerson(test, 'hoa', PASSWORD, { areaId: commune, role: 'editor' })
    const [hoa, phone] = [createVisitor(test), createVisitor(test)]
    await hoa.signIn('hoa', PASSWORD)
    await phone.signIn('hoa', PASSWORD)
    const before = hoa.cookies.loaxa_session
    const body = { password: 'mưa thuận gió hòa quanh năm', currentPassword: PASSWORD }
    expect(outcomeOf(await hoa.call('PUT', '/api/account/password', body))).toEqual([200])
    expect(hoa.cookies.loaxa_session).not.toBe(before)
    expect((await phone.call('GET', '/api/session')).statusCode).toBe(401)
    expect((await hoa.call('GET', '/api/session')).statusCode).toBe(200)
    expect((await lastEntry()).action).toBe('account.password-set')
  })
})

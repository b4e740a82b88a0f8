import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type AuditBody, auditBody } from '#server/audit/rules.ts'
import { createTestApp, type TestApp } from '../../support/app.ts'
import { createVisitor, makePerson, outcomeOf } from '../../support/visitor.ts'

const PASSWORD = 'con trâu đi trước cái cày'
let test: TestApp
let commune: string
beforeEach(async () => {
  test = await createTestApp()
})
afterEach(() => test.close())

async function refused(): Promise<AuditBody[]> {
  const rows = await test.db.prisma.auditEntry.findMany({ orderBy: { seq: 'asc' } })
  const all = rows.map((row) => auditBody.parse(JSON.parse(Buffer.from(row.bytes).toString())))
  return all.filter(({ outcome }) => outcome === 'refused')
}

describe('a sign-in that must wait', () => {
  beforeEach(async () => {
    commune = await test.makeArea('commune', 'Bản Lầu')
  })

  it('is on record like one that failed, in the trail of the account’s area', async () => {
    const id = await makePerson(test, 'lan', PASSWORD, { areaId: commune, role: 'editor' })
    const guesser = createVisitor(test, '203.0.113.7')
    for (let n = 0; n < 3; n++) await guesser.signIn('lan', 'wrong wrong wrong')
    expect(outcomeOf(await guesser.signIn('lan', PASSWORD))).toEqual([429, 'sign-in-must-wait'])
    expect((await refused()).map(({ reason }) => reason)).toEqual([
      ...Array(3).fill('wrong-credentials'),
      'sign-in-must-wait',
    ])
    expect((await refused()).at(-1)).toMatchObject({
      action: 'session.opened',
      actorId: null,
      actorName: 'lan',
      address: '203.0.113.7',
      areaPath: [commune],
      subjectId: id,
    })
  })

  it('is on record without the name that was typed where there is no such account', async () => {
    const guesser = createVisitor(test, '203.0.113.7')
    for (let n = 0; n < 4; n++) await guesser.signIn('mat-khau-cua-toi', 'wrong wrong wrong')
    expect((await refused()).at(-1)).toMatchObject({ reason: 'sign-in-must-wait', actorName: null, subjectId: null })
  })

  it('fills no disk: ten a minute of each kind for one account, then only how many more there were', async () => {
    await makePerson(test, 'lan', PASSWORD, { areaId: commune, role: 'editor' })
    const guesser = createVisitor(test, '203.0.113.7')
    for (let n = 0; n < 25; n++) await guesser.signIn('lan', 'wrong wrong wrong')
    // Three wrong passwords, and ten of those that had to wait.
    expect(await refused()).toHaveLength(13)
    test.clock.advance(60_000)
    await test.audit.sayLeftOut()
    expect((await refused()).at(-1)).toMatchObject({ reason: 'too-many-to-note', after: { leftOut: 12 } })
  })

  it('is on record too within an open session', async () => {
    const id = await makePerson(test, 'lan', PASSWORD, { areaId: commune, role: 'editor' })
    const lan = createVisitor(test)
    await lan.signIn('lan', PASSWORD)
    const guess = () =>
      lan.call('PUT', '/api/account/password', {
        password: 'gió mùa đông bắc thổi về',
        currentPassword: 'sai sai sai sai',
      })
    for (let n = 0; n < 3; n++) expect((await guess()).statusCode).toBe(422)
    expect(outcomeOf(await guess())).toEqual([429, 'sign-in-must-wait'])
    expect((await refused()).at(-1)).toMatchObject({
      action: 'account.proof-refused',
      reason: 'sign-in-must-wait',
      actorId: id,
    })
    expect(test.reported.at(-1)?.code).toBe('sign-in-delayed')
  })
})

it('puts a wrong code for the first account on record', async () => {
  const area = { kind: 'commune', name: 'Bản Lầu' }
  const body = { code: 'AAAA-BBBB-CCCC-DDDD', userName: 'lan', displayName: 'Lan', password: PASSWORD, area }
  const answer = await createVisitor(test).call('POST', '/api/setup', body)
  expect(answer.json().code).toBe('code-not-valid')
  expect(await refused()).toMatchObject([{ action: 'session.opened', reason: 'code-not-valid', actorName: null }])
  expect(test.reported).toMatchObject([{ code: 'sign-in-failed' }])
})

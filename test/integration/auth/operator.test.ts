import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runCommand } from '#server/cli/run.ts'
import { readConfig } from '#server/config.ts'
import { createTestApp, type TestApp } from '../../support/app.ts'
import { createVisitor, makePerson, outcomeOf } from '../../support/visitor.ts'

const PASSWORD = 'con trâu đi trước cái cày'
let test: TestApp
let id: string
beforeEach(async () => {
  test = await createTestApp()
  const commune = await test.makeArea('commune', 'Bản Lầu')
  id = await makePerson(test, 'lan', PASSWORD, { areaId: commune, role: 'administrator' })
})
afterEach(() => test.close())

async function call(...args: string[]): Promise<{ code: number; out: string[]; err: string }> {
  const out: string[] = []
  const err: string[] = []
  const config = readConfig({
    LOAXA_DATA_DIR: test.dir,
    DATABASE_URL: test.db.url,
    PUBLIC_URL: 'https://loa.example.vn',
  })
  const context = { config, clock: test.clock, log: pino({ level: 'silent' }) }
  const code = await runCommand(['account', 'sign-in-link', ...args], {
    say: (line) => out.push(line),
    sayError: (line) => err.push(line),
    open: () => context,
  })
  return { code, out, err: err.join('\n') }
}

describe('loaxa account sign-in-link', () => {
  it('lets the only administrator in again, who has lost password and phone, and is on record', async () => {
    const sealed = { totpConfirmedAt: new Date(test.clock.now()), totpSealed: new Uint8Array(49) }
    await test.db.prisma.account.update({ where: { id }, data: sealed })
    const kept = await call('Lan')
    expect(kept.out[0]).toMatch(/^https:\/\/loa\.example\.vn\/#\/dang-nhap\/([0-9A-Z]{4}-){3}[0-9A-Z]{4}$/)
    expect(kept.out.join()).toContain('--reset-second-factor')
    const codeIn = (line: string | undefined): string => line?.split('/').at(-1) ?? ''
    const lan = createVisitor(test)
    const first = await lan.call('POST', '/api/session/one-time', { code: codeIn(kept.out[0]) })
    expect(outcomeOf(first)).toEqual([401, 'second-factor-needed'])

    const reset = await call('lan', '--reset-second-factor')
    expect(reset.code).toBe(0)
    const voided = await lan.call('POST', '/api/session/one-time', { code: codeIn(kept.out[0]) })
    expect(outcomeOf(voided)).toEqual([401, 'code-not-valid'])
    const second = await lan.call('POST', '/api/session/one-time', { code: codeIn(reset.out[0]) })
    expect(second.json().account).toMatchObject({ hasPassword: false, hasSecondFactor: false })
    const entries = await test.db.prisma.auditEntry.findMany({ orderBy: { seq: 'asc' } })
    expect(entries.map((one) => [one.action, one.outcome, one.actorId])).toEqual([
      ['account.invited', 'done', null],
      ['account.second-factor-reset', 'done', null],
      ['account.invited', 'done', null],
      ['session.opened', 'refused', null],
      ['session.opened', 'done', id],
    ])
  })

  it('says what it does not know', async () => {
    await expect(call('nobody')).rejects.toThrow('no such account')
    await test.db.prisma.account.update({ where: { id }, data: { disabledAt: new Date(1) } })
    await expect(call('lan')).rejects.toThrow('disabled')
    expect(await call()).toMatchObject({ code: 2, out: [] })
    expect(await call('lan', '--nonsense')).toMatchObject({ code: 2, out: [] })
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type AuditBody, auditBody } from '#server/audit/rules.ts'
import { vi } from '../../web/src/i18n/vi/all.ts'
import { changeEverything, type EveryChange } from './every-change.ts'
import { readOperations } from './operations.ts'
import { startWholeServer, type WholeServer } from './running-server.ts'

/** Whatever people and devices change by any route stands in the audit trail: who, when, from where, what it was and became. */
let server: WholeServer
let all: EveryChange
let trail: AuditBody[]

async function readTrail(): Promise<AuditBody[]> {
  const { rows } = await server.database.query('SELECT bytes FROM audit_entry ORDER BY seq')
  return rows.map((row) => auditBody.parse(JSON.parse(z.instanceof(Uint8Array).parse(row.bytes).toString())))
}

beforeAll(async () => {
  server = await startWholeServer()
  all = await changeEverything(server)
  trail = await readTrail()
}, 120_000)
afterAll(() => server?.close())

describe('the audit trail', () => {
  it('is asked of every changing route', async () => {
    const { text } = await server.askAsStranger({ method: 'GET', path: '/api/docs/json' })
    const changing = readOperations(text)
      .filter(({ method }) => method !== 'GET' && method !== 'HEAD')
      .map(({ method, path }) => `${method} ${path}`)
    // The server was set up by it.
    const touched = new Set(['POST /api/setup', ...all.done.map(({ route }) => route)])
    expect(changing.filter((route) => !touched.has(route))).toEqual([])
    expect(trail.filter(({ action }) => action === 'account.set-up')).toHaveLength(1)
  })

  it('says of each change who did what, when, from where, and what it was and became', () => {
    const wrong = all.done.flatMap(({ route, requestId, accountId, action, isWithState, from, to }) => {
      const entries = trail.filter((one) => one.requestId === requestId)
      if (action === null) return entries.length === 0 ? [] : [`${route}: ${entries[0]?.action}`]
      const entry = entries.find((one) => one.action === action)
      if (entry === undefined) return [`${route}: no ${action} among ${entries.map((one) => one.action)}`]
      const at = Date.parse(entry.at)
      const faults = [
        entry.outcome === 'done' ? undefined : 'refused',
        entry.actorId === accountId ? undefined : `by ${entry.actorId}, not ${accountId}`,
        (entry.actorName === null) === (accountId === null) ? undefined : `named ${entry.actorName}`,
        entry.address === '127.0.0.1' ? undefined : `from ${entry.address}`,
        at >= from && at <= to ? undefined : `at ${entry.at}`,
        entry.areaPath[0] === server.areaId ? undefined : `in ${entry.areaPath.join('/') || 'no area'}`,
        entry.subjectId === null ? 'of nothing' : undefined,
        isWithState && hasNothing(entry.before) && hasNothing(entry.after) ? 'without a state' : undefined,
      ]
      return faults.flatMap((fault) => (fault === undefined ? [] : [`${route}: ${fault}`]))
    })
    expect(wrong).toEqual([])
  })

  it('has what was changed before and after', () => {
    const changes = new Map(trail.map(({ action, before, after }) => [action, { before, after }]))
    expect(changes.get('area.changed')).toEqual({ before: { name: 'Bản Lầu' }, after: { name: 'Bản Phiệt' } })
    expect(changes.get('device.changed')).toEqual({
      before: {
        name: 'Cụm loa chợ',
        volumePercent: 75,
        maxVolumePercent: 100,
        emergencyVolumePercent: 100,
        languages: [],
      },
      after: {
        name: 'Cụm loa bến xe',
        volumePercent: 70,
        maxVolumePercent: 90,
        emergencyVolumePercent: 85,
        languages: ['hmn', 'vi'],
      },
    })
    expect(changes.get('broadcast.changed')).toEqual({
      before: { priority: 'normal' },
      after: { priority: 'priority' },
    })
    expect(changes.get('account.grants-changed')).toMatchObject({
      before: { grants: [{ role: 'auditor' }] },
      after: { grants: [{ role: 'approver' }] },
    })
    expect(changes.get('device.enrolled')?.after).toMatchObject({ installationId: expect.any(String) })
    expect(changes.get('alert.issued')?.after).toMatchObject({ text: 'Bão về, bà con vào nhà.', title: 'Bão' })
  })

  it('has words in the console for every field and every kind of thing that stands in it', () => {
    const known = new Set(Object.keys(vi))
    const fieldsIn = (value: unknown): string[] => {
      if (Array.isArray(value)) return value.flatMap(fieldsIn)
      if (typeof value !== 'object' || value === null) return []
      return Object.entries(value).flatMap(([name, one]) => [name, ...fieldsIn(one)])
    }
    // Settings of the server are told by the names that its operator sets them by.
    const told = trail.filter(({ subjectType }) => subjectType !== 'server')
    const fields = told.flatMap(({ before, after }) => [...fieldsIn(before), ...fieldsIn(after)])
    expect([...new Set(fields)].filter((name) => !known.has(`field.${name}`))).toEqual([])
    const kinds = new Set(trail.map(({ subjectType }) => subjectType))
    expect([...kinds].filter((type) => !known.has(`subject.${type}`))).toEqual([])
  })

  it('misses nothing by the server’s own account either', () => {
    expect(server.takeErrors()).toEqual([])
  })
})

const hasNothing = (state: object | null): boolean => state === null || Object.keys(state).length === 0

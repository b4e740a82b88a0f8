import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '#protocol/ids.ts'
import type { TestUser } from '../../support/app.ts'
import { type ApprovalWorld, makeApprovalWorld } from '../approvals/world.ts'

/** What is asked of the database for something in another area is what is asked for nothing: else the time would tell. */
let world: ApprovalWorld
let stranger: TestUser
const ids = { bulletins: '', programmes: '' }

beforeAll(async () => {
  world = await makeApprovalWorld()
  const bulletin = await world.write(world.editor)
  ids.bulletins = bulletin.id
  ids.programmes = await world.makeProgramme([bulletin.id])
  const elsewhere = await world.app.makeArea('commune', 'Mường Hum')
  const grants = (['editor', 'approver'] as const).map((role) => ({ areaId: elsewhere, role }))
  stranger = await world.app.signInAs(...grants)
})
afterAll(() => world.app.close())

const seen = { revisionId: '01a20a86-90b1-771c-9e87-000000000000', contentHash: 'a'.repeat(64) }
test.each([
  ['GET', 'bulletins', '', undefined],
  ['GET', 'bulletins', '/revisions', undefined],
  ['GET', 'programmes', '', undefined],
  ['PUT', 'programmes', '', { title: 'Sáng', bulletinIds: [seen.revisionId] }],
  ['POST', 'bulletins', '/submit', { revisionId: seen.revisionId }],
  ['POST', 'bulletins', '/approve', seen],
] as const)('%s /%s/…%s', async (method, kind, rest, body) => {
  const { clock, db } = world.app
  const ask = async (id: string) => {
    // Each with a full room in the trail.
    clock.advance(60_000)
    await world.app.audit.sayLeftOut()
    let questions = 0
    const count = (): void => {
      questions += 1
    }
    db.pool.on('acquire', count)
    const answer = await stranger.call(method, `/api/${kind}/${id}${rest}`, body)
    db.pool.off('acquire', count)
    return { code: answer.json().code, questions }
  }
  // The first use of a session in a minute writes that down.
  const [there, nowhere] = [await ask(ids[kind]), await ask(newId(clock.now()))]
  expect(there.code).toBe('not-found')
  expect(there).toEqual(nowhere)
  expect(there.questions).toBeGreaterThan(0)
})

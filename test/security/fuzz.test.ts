import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { roles } from '#server/auth/rules.ts'
import { nameField } from '#server/http/field-names.ts'
import { hostileBodies, hostileIds, hostileTexts, hostileValues, isFreeText, mutate } from './hostile.ts'
import { judge, problem } from './judge-answer.ts'
import { type Claimant, makeClaimant } from './online-device.ts'
import { fieldsOf, type Operation, readOperations, sample } from './operations.ts'
import { type Question, startWholeServer, type WholeServer } from './running-server.ts'
import { findChanges, readState } from './state-watch.ts'
import { unknownId } from './verdicts.ts'
import { makeWorld, type Place } from './world.ts'

/**
 * Wrong input to every route of the OpenAPI document, by somebody who may do everything: the answer is never a failure
 * of ours, always problem+json, and always in words of the dictionary in the language that was asked for.
 */
let server: WholeServer
let operations: Operation[]
let ids: Record<string, string>
let place: Place
let device: Claimant

/** Signing out ends what the other questions need. */
const endsTheSession = ({ method, path }: Operation): boolean =>
  method === 'DELETE' && (path === '/api/session' || path === '/api/account/sessions')

/** Repeats a run: what it drew is printed with it. */
const seed = Number(process.env.FUZZ_SEED ?? 20_260_302)
/** What was refused, by what is like it: to be asked again, for nothing may have come of it. */
const refused = new Map<string, Question[]>()
/** How many of those that are like each other are asked again, evenly taken. */
const AGAIN = 25
/** Refusals that were seen in both languages. */
const titles = new Set<string>()

beforeAll(async () => {
  console.info(`FUZZ_SEED=${seed}`)
  server = await startWholeServer()
  operations = readOperations((await server.ask({ method: 'GET', path: '/api/docs/json' })).text)
  const { world } = await makeWorld(server)
  place = world.places.own
  const { areaId, deviceId, clipId, bulletinId, programmeId, accountId } = place
  const { current } = await world.makePending(place)
  const { id: revisionId, contentHash } = current
  ids = { areaId, parentId: areaId, deviceId, clipId, programmeId, revisionId, contentHash }
  ids = { ...ids, bulletinIds: bulletinId, toId: accountId, actorId: accountId, subjectId: deviceId }
  // Whoever may do everything everywhere is refused only for what they sent.
  for (const role of roles) {
    await server.database.query(
      `INSERT INTO role_grant (account_id, area_id, role)
       SELECT account_id, area_id, $1 FROM role_grant WHERE area_id = $2 AND role = 'administrator'
       ON CONFLICT DO NOTHING`,
      [role, server.areaId],
    )
  }
  device = makeClaimant()
  const code = await server.make('POST', `/api/devices/${deviceId}/enrolment-code`, {})
  await server.make('POST', '/api/enrol', await device.claim(z.string().parse(code.code)))
}, 120_000)
afterAll(() => server?.close())

/** Sends each in Vietnamese, and in English too where the answer says something new; what is wrong, at most a few. */
async function collect(questions: Iterable<Question>): Promise<string[]> {
  const found: string[] = []
  for (const question of questions) {
    const title = await ask(question, 'vi', found)
    if (title !== undefined && !titles.has(title)) await ask(question, 'en', found)
    if (title !== undefined) titles.add(title)
    if (found.length > 9) break
  }
  // Nothing of it may have ended the session: the rest would all have been refused for that.
  expect((await server.ask({ method: 'GET', path: '/api/session' })).status).toBe(200)
  return found
}

/** What it was refused with, in words; undefined when it was not. */
async function ask(question: Question, language: 'vi' | 'en', found: string[]): Promise<string | undefined> {
  const headers = { ...question.headers, 'accept-language': language }
  const answer = await server.ask({ ...question, headers })
  const wrong = [judge(answer, language), ...server.takeErrors()].filter((one) => one !== undefined)
  if (wrong.length > 0) {
    const sent = `${question.method} ${question.path.slice(0, 200)} ${question.body?.slice(0, 150) ?? ''}`
    found.push(`${sent} → ${answer.text.slice(0, 300)}: ${wrong.join('; ').slice(0, 1_000)}`)
  }
  if (answer.status < 400 || wrong.length > 0) return undefined
  const { title, code } = problem.parse(JSON.parse(answer.text))
  const like = `${question.method} ${question.path.split(/[/?]/).slice(0, 4).join('/')} ${code}`
  refused.set(like, [...(refused.get(like) ?? []), question])
  return title
}

const json = { 'content-type': 'application/json' }
const known = (path: string): string => {
  const names: Record<string, keyof Place> = {
    accounts: 'accountId',
    alerts: 'alertId',
    areas: 'areaId',
    broadcasts: 'broadcastId',
    bulletins: 'bulletinId',
    clips: 'clipId',
    delegations: 'delegationId',
    devices: 'deviceId',
    occurrences: 'occurrenceId',
    programmes: 'programmeId',
    'standing-approvals': 'standingId',
  }
  const name = names[/^\/api\/([\w-]+)/.exec(path)?.[1] ?? '']
  return path.replace('{alarmId}', place.alarmId).replaceAll(/\{\w+\}/g, name === undefined ? unknownId : place[name])
}
const withBody = (): Operation[] => operations.filter((one) => one.method !== 'GET' && !endsTheSession(one))

describe('wrong input', () => {
  it('finds the operations', () => {
    expect(operations.length).toBeGreaterThan(40)
  })

  it('names every field in words of both languages', () => {
    const fields = new Set(operations.flatMap((one) => [...fieldsOf(one.body), ...Object.keys(one.query)]))
    expect(fields.size).toBeGreaterThan(20)
    expect([...fields].filter((field) => nameField(field, 'vi') === undefined)).toEqual([])
  })

  it('of bodies that are none', async () => {
    const found = await collect(
      withBody().flatMap((one) =>
        hostileBodies.map((body) => ({
          method: one.method,
          path: known(one.path),
          ...(body === undefined ? {} : { body, headers: json }),
        })),
      ),
    )
    expect(found).toEqual([])
  }, 120_000)

  it.each([
    { name: 'one thing is wrong', values: hostileValues, isPlace: () => true },
    { name: 'one text is hostile', values: hostileTexts, isPlace: isFreeText },
  ])(
    'of bodies in which $name',
    async ({ values, isPlace }) => {
      function* questions(): Generator<Question> {
        for (const one of withBody()) {
          if (one.body === undefined) continue
          for (const shape of one.body.oneOf ?? one.body.anyOf ?? [one.body]) {
            for (const body of mutate(sample(shape, '', ids), values, isPlace)) {
              yield { method: one.method, path: known(one.path), headers: json, body: JSON.stringify(body) }
            }
          }
        }
      }
      expect(await collect(questions())).toEqual([])
    },
    600_000,
  )

  it('of ids', async () => {
    const found = await collect(
      operations
        .filter((one) => one.path.includes('{'))
        .flatMap((one) =>
          hostileIds.map((id) => ({
            method: one.method,
            path: one.path.replaceAll(/\{\w+\}/g, id),
            ...(one.body === undefined ? {} : { headers: json, body: JSON.stringify(sample(one.body, '', ids)) }),
          })),
        ),
    )
    expect(found).toEqual([])
  }, 120_000)

  it('of queries', async () => {
    function* questions(): Generator<Question> {
      for (const one of operations) {
        if (one.path === '/api/events' || endsTheSession(one)) continue
        const right = Object.entries(one.query).map(([name, shape]): [string, string] => [
          name,
          String(sample(shape, name, ids)),
        ])
        const ask = (query: string): Question => ({ method: one.method, path: `${known(one.path)}?${query}` })
        yield ask(new URLSearchParams([...right, ['nobody', 'knows'], ['__proto__', '1']]).toString())
        yield ask(`${new URLSearchParams(right)}&%ED%A0%80=%00&&=&%`)
        for (const [name] of right) {
          const others = right.filter(([other]) => other !== name)
          yield ask(new URLSearchParams(others).toString())
          yield ask(new URLSearchParams([...right, ...right]).toString())
          yield ask(`${new URLSearchParams(others)}&${name}=%ED%A0%80`)
          for (const value of [...hostileValues, ...hostileTexts]
            .filter((one) => typeof one !== 'object')
            .map((one) => String(one).slice(0, 2_000))) {
            yield ask(new URLSearchParams([...others, [name, value]]).toString())
          }
        }
      }
    }
    expect(await collect(questions())).toEqual([])
  }, 120_000)

  it('of any JSON, and of any texts where texts belong', async () => {
    const bodies = fc.sample(fc.jsonValue({ maxDepth: 4 }), { seed, numRuns: 15 })
    const texts = fc.sample(fc.string({ unit: 'binary', maxLength: 300 }), { seed, numRuns: 10 })
    function* questions(): Generator<Question> {
      for (const one of withBody()) {
        const ask = (body: unknown): Question => ({
          method: one.method,
          path: known(one.path),
          headers: json,
          body: JSON.stringify(body),
        })
        yield* bodies.map(ask)
        if (one.body === undefined) continue
        for (const body of mutate(sample(one.body, '', ids), texts, isFreeText)) yield ask(body)
      }
    }
    expect(await collect(questions())).toEqual([])
  }, 120_000)

  it('of headers', async () => {
    const values = hostileTexts.map((text) => Buffer.from(text.slice(0, 3_000)).toString('latin1')).filter(isSendable)
    const names = ['range', 'if-none-match', 'accept', 'last-event-id', 'origin', 'x-forwarded-for', 'x-request-id']
    function* questions(): Generator<Question> {
      for (const path of [`/api/clips/${place.clipId}/audio`, '/nowhere']) {
        for (const name of names) for (const value of values) yield { method: 'GET', path, headers: { [name]: value } }
      }
      for (const value of values) {
        const headers = { ...json, 'content-type': value }
        yield { method: 'POST', path: '/api/areas', headers, body: '{}' }
        yield { method: 'POST', path: '/api/areas', headers: { ...json, 'x-csrf-token': value }, body: '{}' }
        yield { method: 'GET', path: '/api/session', headers: { cookie: `loaxa_session=${value}` } }
      }
    }
    expect(await collect(questions())).toEqual([])
  }, 120_000)

  it('of devices', async () => {
    const credential = (user: string, password: string): Record<string, string> => ({
      cookie: '',
      authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
    })
    const right = credential(place.deviceId, device.secret)
    function* questions(): Generator<Question> {
      for (const id of [...hostileIds, 'f'.repeat(64)]) yield { method: 'GET', path: `/clips/${id}`, headers: right }
      for (const text of [...hostileTexts, ...hostileIds]) {
        const path = `/clips/${'f'.repeat(64)}`
        const short = text.slice(0, 2_000)
        yield { method: 'GET', path, headers: credential(short, device.secret) }
        yield { method: 'GET', path, headers: credential(place.deviceId, short) }
        yield {
          method: 'GET',
          path,
          headers: {
            cookie: '',
            authorization: `Basic ${encodeURIComponent(text.slice(0, 500).replaceAll(/\p{Surrogate}/gu, ''))}`,
          },
        }
      }
    }
    expect(await collect(questions())).toEqual([])
  })
})

describe('what is refused', () => {
  it('changes nothing', async () => {
    const again = [...refused.values()].flatMap((all) => {
      const step = Math.max(1, all.length / AGAIN)
      return all.filter((_one, index) => Math.floor(index / step) !== Math.floor((index - 1) / step))
    })
    expect(again.length).toBeGreaterThan(1_000)
    const suspects: string[] = []
    for (let from = 0; from < again.length; from += 500) suspects.push(...(await replay(again.slice(from, from + 500))))
    expect(suspects).toEqual([])
    // What changes does show.
    const before = await readState(server.database)
    await server.make('POST', '/api/areas', { parentId: server.areaId, kind: 'commune', name: 'Xã mới' })
    expect(findChanges(before, await readState(server.database))).toEqual(['area'])
  }, 300_000)
})

/** What node's client sends as it is. */
const isSendable = (value: string): boolean => /^[\t\x20-\x7e\x80-\xff]*$/.test(value)

/** Asks all of them again; the tables that changed, although each was refused again. */
async function replay(questions: readonly Question[]): Promise<string[]> {
  const before = await readState(server.database)
  const accepted: Question[] = []
  for (const question of questions) if ((await server.ask(question)).status < 400) accepted.push(question)
  const changes = findChanges(before, await readState(server.database))
  if (changes.length === 0) return []
  // Times change what is refused. What was accepted this time is left out, and the others are asked once more.
  if (accepted.length > 0) return replay(questions.filter((one) => !accepted.includes(one)))
  const [first] = questions
  if (questions.length === 1) return [`${first?.method} ${first?.path} ${first?.body?.slice(0, 300)}: ${changes}`]
  const middle = questions.length >> 1
  const halves = [...(await replay(questions.slice(0, middle))), ...(await replay(questions.slice(middle)))]
  return halves.length > 0 ? halves : [`${changes}, but not again`]
}

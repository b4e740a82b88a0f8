import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { nameField } from '#server/http/field-names.ts'
import type { ProblemText } from '#server/http/problem-text.ts'
import { type ProblemCode, problemTexts } from '#server/http/problem-texts.ts'
import { hostileBodies, hostileIds, hostileValues, mutate } from './hostile.ts'
import { fieldsOf, type Operation, readOperations, sample } from './operations.ts'
import { type Answer, type Question, startWholeServer, type WholeServer } from './running-server.ts'

/**
 * Wrong input to every route of the OpenAPI document, by somebody who may do everything: the answer is never a failure
 * of ours, always problem+json, and always in words of the dictionary in the language that was asked for.
 */
let server: WholeServer
let operations: Operation[]
let ids: Record<string, string>

/** Signing out ends what the other questions need. */
const endsTheSession = ({ method, path }: Operation): boolean =>
  method === 'DELETE' && (path === '/api/session' || path === '/api/account/sessions')

beforeAll(async () => {
  server = await startWholeServer()
  operations = readOperations((await server.ask({ method: 'GET', path: '/api/docs/json' })).text)
  const { areaId } = server
  const idOf = (made: Record<string, unknown>): string => z.string().parse(made.id)
  const device = await server.make('POST', '/api/devices', { areaId, name: 'Cụm loa 1' })
  const spoken = { areaId, name: 'Lời', text: 'Xin chào bà con.', voice: 'vi' }
  const clip = await server.make('POST', '/api/clips/speech', spoken)
  const clipId = idOf(clip)
  const content = { areaId, title: 'Bản tin', topic: 'general', language: 'vi', clipId }
  const bulletin = await server.make('POST', '/api/bulletins', content)
  const bulletinIds = idOf(bulletin)
  const programme = await server.make('POST', '/api/programmes', { areaId, title: 'Sáng', bulletinIds: [bulletinIds] })
  ids = { areaId, parentId: areaId, deviceId: idOf(device), clipId, bulletinIds, programmeId: idOf(programme) }
}, 60_000)
afterAll(() => server?.close())

const problem = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  code: z.custom<ProblemCode>((code) => typeof code === 'string' && Object.hasOwn(problemTexts, code)),
  requestId: z.string(),
})

const pattern = (text: string): RegExp =>
  new RegExp(`^${text.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&').replaceAll(/\{\w+\}/g, '.*')}$`, 's')
/** Field names of the API stand nowhere; the words that fastify, node and zod use may stand within what the reader wrote. */
const fieldName = /[a-z][A-Z]/
const foreign =
  /(?<!\p{L})(the|is|not|must|invalid|expected|received|required|input|request|body|bad|type|error|forbidden)(?!\p{L})/iu

/** What is wrong with this answer to wrong input; undefined when nothing is. */
function judge(answer: Answer, language: 'vi' | 'en'): string | undefined {
  if (answer.status < 400) return undefined
  if (answer.status >= 500) return `fails with ${answer.status}`
  if (!answer.type.startsWith('application/problem+json')) return `answers ${answer.type}`
  const parsed = problem.safeParse(JSON.parse(answer.text))
  if (!parsed.success) return 'is no problem of ours'
  const text: ProblemText = problemTexts[parsed.data.code]
  const { title } = parsed.data
  if (!pattern(text[language]).test(title)) return `is not in ${language}`
  if (language === 'vi' && (fieldName.test(title) || foreign.test(title.replaceAll(/“[^”]*”/g, '')))) {
    return 'has foreign words'
  }
  return undefined
}

/** Sends each in both languages; what is wrong, in words, at most a few. */
async function collect(questions: Iterable<Question>): Promise<string[]> {
  const found: string[] = []
  for (const question of questions) {
    for (const language of ['vi', 'en'] as const) {
      const headers = { ...question.headers, 'accept-language': language }
      const answer = await server.ask({ ...question, headers })
      const wrong = [judge(answer, language), ...server.takeErrors()].filter((one) => one !== undefined)
      if (wrong.length > 0) {
        const sent = `${question.method} ${question.path.slice(0, 200)} ${question.body?.slice(0, 150) ?? ''}`
        found.push(`${sent} → ${answer.text.slice(0, 300)}: ${wrong.join('; ').slice(0, 1_000)}`)
      }
    }
    if (found.length > 9) break
  }
  // Nothing of it may have ended the session: the rest would all have been refused for that.
  expect((await server.ask({ method: 'GET', path: '/api/session' })).status).toBe(200)
  return found
}

const json = { 'content-type': 'application/json' }
const known = (path: string): string =>
  path.replaceAll(/\{\w+\}/g, () => {
    const kind = /^\/api\/(\w+)/.exec(path)?.[1] ?? ''
    const names: Record<string, string> = {
      areas: 'areaId',
      devices: 'deviceId',
      clips: 'clipId',
      bulletins: 'bulletinIds',
      programmes: 'programmeId',
    }
    return ids[names[kind] ?? ''] ?? '018f0000-0000-7000-8000-00000000abcd'
  })
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

  it('of bodies in which one thing is wrong', async () => {
    function* questions(): Generator<Question> {
      for (const one of withBody()) {
        if (one.body === undefined) continue
        for (const shape of one.body.oneOf ?? one.body.anyOf ?? [one.body]) {
          for (const body of mutate(sample(shape, '', ids))) {
            yield { method: one.method, path: known(one.path), headers: json, body: JSON.stringify(body) }
          }
        }
      }
    }
    expect(await collect(questions())).toEqual([])
  }, 600_000)

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
          for (const value of hostileValues
            .filter((one) => typeof one !== 'object')
            .map((one) => String(one).slice(0, 5_000))) {
            yield ask(new URLSearchParams([...others, [name, value]]).toString())
          }
        }
      }
    }
    expect(await collect(questions())).toEqual([])
  }, 120_000)

  it('of any JSON', async () => {
    const bodies = fc.sample(fc.jsonValue({ maxDepth: 4 }), { seed: 20_260_302, numRuns: 15 })
    const found = await collect(
      withBody().flatMap((one) =>
        bodies.map((body) => ({
          method: one.method,
          path: known(one.path),
          headers: json,
          body: JSON.stringify(body),
        })),
      ),
    )
    expect(found).toEqual([])
  }, 120_000)
})

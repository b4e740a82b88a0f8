import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Action, actions, isAction, type Role } from '#server/auth/rules.ts'
import { openEvents } from './event-reader.ts'
import { type Recipe, type Request, recipes } from './recipes.ts'
import { collectRoutes, type ListedRoute } from './routes.ts'
import { startWholeServer, type WholeServer } from './running-server.ts'
import { expectVerdict, holds, isJudgedRight, toQuestion, unknownId, type Verdict } from './verdicts.ts'
import { inAWeek, invitePeople, makeWorld, type Person, placeNames, tomorrow, type World } from './world.ts'

/**
 * Every route, asked by every role for something in its own commune, below it, above it and in another commune. What is
 * expected comes from the table in server/auth/rules.ts and from nowhere else.
 */
let server: WholeServer
let routes: ListedRoute[]
let world: World
let people: Person[]

/** What lists and figures said before the other commune had anything in it, by person and route. */
const before = new Map<string, string>()
/** What consoles were told while it was filled, by person. */
const heard = new Map<string, string>()

beforeAll(async () => {
  const collected = await collectRoutes(startWholeServer)
  server = collected.started
  // HEAD is answered by what answers GET.
  routes = collected.routes.filter(({ method }) => method !== 'HEAD')
  const made = await makeWorld(server)
  world = made.world
  people = await invitePeople(world)
  await readAll((person, route, text) => void before.set(`${person.name}: ${route}`, text))
  await listen(made.fillOther)
}, 120_000)
afterAll(() => server?.close())

/** Keeps what each console is told meanwhile, up to a change in their own commune that comes after it. */
async function listen(work: () => Promise<void>): Promise<void> {
  const streams = await Promise.all(
    people.map(async (person) => ({ person, stream: await openEvents(server.url, person.cookie) })),
  )
  await work()
  // To the name that it has: told to consoles, and no list shows a difference.
  const { areaId, mark } = world.places.own
  const change = { headers: { 'content-type': 'application/json' }, body: JSON.stringify({ name: `Xã ${mark}` }) }
  await server.ask({ method: 'PATCH', path: `/api/areas/${areaId}`, ...change })
  for (const { person, stream } of streams) {
    if (person.role !== undefined) await stream.next(({ kind, id }) => kind === 'areas' && id === areaId)
    heard.set(person.name, stream.text())
    stream.close()
  }
}

const guarded = (): { name: string; route: ListedRoute; action: Action; recipe: Recipe }[] =>
  routes.flatMap((route) => {
    const { access } = route
    const name = `${route.method} ${route.url}`
    const ways = [recipes[name] ?? []].flat()
    return isAction(access) ? ways.map((recipe) => ({ name, route, action: access, recipe })) : []
  })

/** Lists and figures of no place in particular, as each person is shown them. */
async function readAll(take: (person: Person, route: string, text: string) => void): Promise<void> {
  for (const { name, route, action, recipe } of guarded()) {
    if (recipe.of === 'one' || route.method !== 'GET') continue
    const { query: { areaId: _anywhere, ...query } = {} } = await recipe.make(world.places.own, world)
    for (const person of people) {
      if (holds(person.role, action)) take(person, name, (await person.ask(toQuestion(route, { query }))).text)
    }
  }
}

/** What of the other commune stands in a text. */
function leaksIn(text: string, kinds: 'names' | 'names and ids' = 'names and ids'): string[] {
  const { mark, areaId: _known, ...things } = world.places.other
  const ids = Object.values(things).filter((id) => id !== '')
  return [mark, ...(kinds === 'names' ? [] : ids)].filter((one) => text.includes(one))
}

/** Without what tells the time. */
const timeless = (text: string): string => text.replaceAll(/"(serverTime|asOf)":"[^"]*"/g, '')

describe('another commune', () => {
  const strangers = (): Person[] => people.filter(({ auditsOther }) => !auditsOther)

  it('stands in no list, no figure and no export, and changes none', async () => {
    const wrong: string[] = []
    await readAll((person, route, text) => {
      if (person.auditsOther) return
      const leaks = leaksIn(text)
      if (leaks.length > 0) wrong.push(`${route} tells ${person.name} ${leaks.join()}`)
      // The trail tells of the asking itself, and its verification is of the whole chain.
      if (route.includes('/audit')) return
      const earlier = before.get(`${person.name}: ${route}`)
      if (earlier === undefined || timeless(earlier) !== timeless(text))
        wrong.push(`${route} changes for ${person.name}`)
    })
    expect(wrong).toEqual([])
    // Whoever audits it does find it: the comparison would show a leak.
    const auditor = people.find(({ name }) => name === 'editor, auditor elsewhere')
    expect(leaksIn((await auditor?.ask({ method: 'GET', path: '/api/devices' }))?.text ?? '')).toHaveLength(3)
  })

  it('is not told of to open consoles', () => {
    expect(strangers().flatMap(({ name }) => leaksIn(heard.get(name) ?? ''))).toEqual([])
    expect(leaksIn(heard.get('editor, auditor elsewhere') ?? '')).not.toEqual([])
  })

  it('lends nothing by name: its things are answered like things that nobody ever made', async () => {
    const { own, other } = world.places
    const wrong: string[] = []
    const uses: [Role, string, string, (id: string) => object, string][] = [
      ['editor', 'POST', '/api/bulletins', (clipId) => ({ areaId: own.areaId, ...words, clipId }), other.clipId],
      ['editor', 'PUT', `/api/bulletins/${own.bulletinId}`, (clipId) => ({ ...words, clipId }), other.clipId],
      ['editor', 'POST', '/api/programmes', (id) => ({ areaId: own.areaId, ...bundle(id) }), other.bulletinId],
      ['editor', 'PUT', `/api/programmes/${own.programmeId}`, (id) => bundle(id), other.bulletinId],
      [
        'editor',
        'POST',
        '/api/broadcasts',
        (programmeId) => ({ areaId: own.areaId, programmeId, ...once }),
        other.programmeId,
      ],
      [
        'editor',
        'POST',
        '/api/broadcasts',
        (areaId) => ({ areaId, programmeId: own.programmeId, ...once }),
        other.areaId,
      ],
      [
        'approver',
        'POST',
        '/api/alerts',
        (clipId) => ({ areaId: own.areaId, title: 'Bão', audio: { kind: 'clip', clipId } }),
        other.clipId,
      ],
      [
        'approver',
        'POST',
        '/api/delegations',
        (toId) => ({ toId, areaId: own.areaId, endsAt: inAWeek(), reason: 'Vắng' }),
        other.accountId,
      ],
      [
        'administrator',
        'PUT',
        `/api/accounts/${own.accountId}/grants`,
        (areaId) => ({ grants: [{ areaId, role: 'editor' }] }),
        other.areaId,
      ],
      ['technician', 'POST', `/api/devices/${own.deviceId}/alarms/{}/acknowledge`, () => ({}), other.alarmId],
    ]
    for (const [role, method, path, body, id] of uses) {
      const person = people.find(({ name }) => name === role)
      const answers: string[] = []
      for (const one of [id, unknownId]) {
        const headers = { 'content-type': 'application/json' }
        const question = { method, path: path.replace('{}', one), headers, body: JSON.stringify(body(one)) }
        const answer = await person?.ask(question)
        answers.push(`${answer?.status} ${answer?.text.replace(/"requestId":"[^"]*"/, '')}`)
      }
      const [told = '', ofNothing] = answers
      if (told !== ofNothing || !told.startsWith('4') || leaksIn(told).length > 0) {
        wrong.push(`${role} ${method} ${path}: ${told}, but of nothing ${ofNothing}`)
      }
    }
    expect(wrong).toEqual([])
  })
})

const words = { title: 'Bản tin', topic: 'general', language: 'vi' }
const bundle = (bulletinId: string): object => ({ title: 'Chương trình', bulletinIds: [bulletinId] })
const once = { rule: null, firstDate: tomorrow(), localTimes: ['17:00'] }

describe('the table of roles', () => {
  it('has a recipe for every route that it guards, and no other', () => {
    const withAction = routes.filter(({ access }) => isAction(access)).map(({ method, url }) => `${method} ${url}`)
    expect(withAction.sort()).toEqual(Object.keys(recipes).sort())
  })

  it('says for every other route who may call it', () => {
    const others = routes.filter(({ access, url }) => !isAction(access) && url !== '/*' && !url.startsWith('/api/docs'))
    expect(others.map(({ method, url, access }) => `${access}: ${method} ${url}`).sort()).toEqual([
      'device: GET /clips/:sha256',
      'public: GET /.well-known/jwks.json',
      'public: GET /api/setup',
      'public: GET /healthz',
      'public: POST /api/enrol',
      'public: POST /api/session',
      'public: POST /api/session/one-time',
      'public: POST /api/setup',
      'signed-in: DELETE /api/account/sessions',
      'signed-in: DELETE /api/account/sessions/:id',
      'signed-in: DELETE /api/session',
      'signed-in: DELETE /api/uploads/:id',
      'signed-in: GET /api/account/second-factor',
      'signed-in: GET /api/account/sessions',
      'signed-in: GET /api/events',
      'signed-in: GET /api/server',
      'signed-in: GET /api/session',
      'signed-in: GET /api/uploads',
      'signed-in: GET /api/uploads/:id',
      'signed-in: PATCH /api/uploads/:id',
      'signed-in: POST /api/account/second-factor',
      'signed-in: POST /api/account/second-factor/confirm',
      'signed-in: POST /api/account/second-factor/recovery-codes',
      'signed-in: POST /api/account/second-factor/remove',
      'signed-in: PUT /api/account/password',
    ])
  })

  it('leaves no action without a route', () => {
    const used = new Set<string>(guarded().flatMap(({ action, recipe }) => [action, recipe.needs ?? action]))
    expect(Object.keys(actions).filter((action) => !used.has(action))).toEqual([])
  })

  it('holds for every route, every role, and every place', async () => {
    const wrong: string[] = []
    const counts: Record<Verdict, number> = { yes: 0, no: 0, unseen: 0 }
    for (const { name, route, action, recipe } of guarded()) {
      for (const place of recipe.places ?? placeNames) {
        let request: Request | undefined
        for (const person of people) {
          // Whoever also audits elsewhere is anybody else everywhere but there.
          if (person.auditsOther && place !== 'other') continue
          // What was refused is still there for the next one.
          request ??= await recipe.make(world.places[place], world)
          const answer = await person.ask(toQuestion(route, request))
          if (answer.status < 400) request = undefined
          const verdict = expectVerdict(person, action, recipe, place)
          counts[verdict] += 1
          if (!isJudgedRight(answer, verdict, recipe.orElse)) {
            wrong.push(`${name} ${place} by ${person.name}: ${verdict} → ${answer.status} ${answer.text.slice(0, 200)}`)
          }
          // What somebody asked for in vain stands in their own commune's trail, as they named it.
          const leaks = person.auditsOther ? [] : leaksIn(answer.text, name.includes('/audit') ? 'names' : undefined)
          if (leaks.length > 0) wrong.push(`${name} ${place} by ${person.name} tells ${leaks.join()}`)
        }
      }
    }
    expect(wrong).toEqual([])
    expect(Math.min(...Object.values(counts))).toBeGreaterThan(100)
  }, 300_000)

  it('lets nobody in who is not signed in, and nobody change anything without the token of the session', async () => {
    const wrong: string[] = []
    const [editor] = people
    if (editor === undefined) throw new Error('nobody was invited')
    const { cookie } = editor
    for (const route of routes.filter(({ access }) => access !== 'public')) {
      const [recipe] = [recipes[`${route.method} ${route.url}`] ?? []].flat()
      const made = (await recipe?.make(world.places.own, world)) ?? {}
      const question = toQuestion(route, made)
      const stranger = await server.askAsStranger(question)
      if (stranger.status !== 401) wrong.push(`${route.method} ${route.url} by a stranger: ${stranger.status}`)
      if (route.method === 'GET' || route.access === 'device') continue
      const forged = await server.askAsStranger({ ...question, headers: { ...question.headers, cookie } })
      if (forged.status !== 403) wrong.push(`${route.method} ${route.url} without the token: ${forged.status}`)
    }
    expect(wrong).toEqual([])
  })
})

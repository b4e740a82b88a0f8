import { randomInt, randomUUID } from 'node:crypto'
import { z } from 'zod'
import { makeOccurrenceId, newId } from '#protocol/ids.ts'
import { instantMs } from '#protocol/time.ts'
import { type Role, roles } from '#server/auth/rules.ts'
import { openEvents } from './event-reader.ts'
import type { SignedInPerson, WholeServer } from './running-server.ts'

/** Where things stand, seen by somebody who works in a commune. */
export const placeNames = ['above', 'own', 'below', 'other'] as const
export type PlaceName = (typeof placeNames)[number]

/** Something of every kind in one area. The names of all of them carry the area's mark, which stands nowhere else. */
export interface Place {
  readonly mark: string
  readonly areaId: string
  readonly deviceId: string
  readonly groupId: string
  readonly alarmId: string
  readonly clipId: string
  readonly bulletinId: string
  readonly programmeId: string
  readonly broadcastId: string
  readonly occurrenceId: string
  readonly alertId: string
  readonly standingId: string
  readonly delegationId: string
  /** Of an editor with no other role. */
  readonly accountId: string
}

export interface Person extends SignedInPerson {
  /** For the messages of failures: `editor`, `editor, auditor elsewhere` … */
  readonly name: string
  /** Held in the own area. */
  readonly role: Role | undefined
  readonly auditsOther: boolean
}

const marks: Readonly<Record<PlaceName, string>> = {
  above: 'Pơmu',
  own: 'Anhđào',
  below: 'Vạntuế',
  other: 'Bằnglăng',
}
const made = z.object({ id: z.string() })
const invited = z.object({ account: z.object({ id: z.string() }), signInCode: z.string() })
const bulletin = z.object({ id: z.string(), current: z.object({ id: z.string(), contentHash: z.string() }) })
export type Bulletin = z.infer<typeof bulletin>

/** ISO 8601, so many days from now. */
export const day = (offset: number): string => new Date(Date.now() + offset * 86_400_000).toISOString()
export const inAWeek = (): string => day(7)
/** Of the calendar in Viet Nam, where a day begins seven hours before it does in UTC. */
export const tomorrow = (): string => day(1 + 7 / 24).slice(0, 10)
/** Daily at some second until some day: what is planned already is refused, and none of these is another. */
export function anyTiming() {
  const seconds = randomInt(86_400)
  const localTime = new Date(seconds * 1_000).toISOString().slice(11, 19)
  const lastDate = day(400 + randomInt(3_000)).slice(0, 10)
  return { rule: 'FREQ=DAILY', firstDate: tomorrow(), localTimes: [localTime], lastDate }
}

/** Long after what else is planned here. */
const later = (days: number): string => day(days).slice(0, 10)
export const holiday = (mark: string) => ({ name: `Lễ hội ${mark}`, firstDate: later(200), lastDate: later(201) })
export const suspension = (mark: string) => ({
  // One that says just what another says is refused.
  reason: `Tuần thi ${mark} ${randomUUID()}`,
  firstDate: later(200),
  lastDate: later(201),
})

export interface World {
  readonly server: WholeServer
  readonly places: Readonly<Record<PlaceName, Place>>
  /** An approver of the whole province, who had a hand in nothing. */
  readonly judge: SignedInPerson
  /** A fresh one of each, for what can be done to a thing only once. */
  makeDraft(place: Place): Promise<Bulletin>
  makePending(place: Place): Promise<Bulletin>
  makeAccount(place: Place): Promise<string>
  makeStanding(place: Place): Promise<string>
  makeDelegation(place: Place): Promise<string>
  makeBroadcast(place: Place): Promise<string>
  makeGroup(place: Place): Promise<string>
  makeEmptyArea(place: Place): Promise<string>
  makeHoliday(place: Place): Promise<string>
  makeSuspension(place: Place): Promise<string>
  makeAlarm(deviceId: string): Promise<string>
  makeMove(place: Place): Promise<string>
  makeDevice(place: Place): Promise<string>
}

/** Asks as the person, and expects it to succeed. */
async function succeed<T>(
  who: Pick<SignedInPerson, 'ask'>,
  method: string,
  path: string,
  body: object | undefined,
  answer: z.ZodType<T>,
): Promise<T> {
  const told = await who.ask({
    method,
    path,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })
  if (told.status >= 300) throw new Error(`${method} ${path}: ${told.status} ${told.text}`)
  return answer.parse(JSON.parse(told.text))
}

export async function invitePerson(
  server: WholeServer,
  displayName: string,
  grants: readonly { areaId: string; role: Role }[],
): Promise<SignedInPerson> {
  const userName = `u${randomUUID().slice(0, 12)}`
  const { signInCode } = await succeed(server, 'POST', '/api/accounts', { userName, displayName, grants }, invited)
  return server.signInOnce(signInCode)
}

/** A province with everything in it; the other commune is empty until `fillOther`. */
export async function makeWorld(server: WholeServer): Promise<{ world: World; fillOther(): Promise<void> }> {
  const root = server
  const post = <T>(path: string, body: object, answer: z.ZodType<T>): Promise<T> =>
    succeed(root, 'POST', path, body, answer)
  const makeArea = async (parentId: string, kind: string, name: string): Promise<string> =>
    (await post('/api/areas', { parentId, kind, name }, made)).id

  const areas = {
    above: root.areaId,
    own: await makeArea(root.areaId, 'commune', `Xã ${marks.own}`),
    other: await makeArea(root.areaId, 'commune', `Xã ${marks.other}`),
    below: '',
  }
  areas.below = await makeArea(areas.own, 'village', `Thôn ${marks.below}`)
  const judge = await invitePerson(server, 'Người duyệt tỉnh', [{ areaId: areas.above, role: 'approver' }])

  type Given = Pick<Place, 'areaId' | 'mark'>
  const makers = {
    makeDevice: async ({ areaId, mark }: Given) =>
      (await post('/api/devices', { areaId, name: `Cụm loa ${mark}` }, made)).id,
    async makeAlarm(deviceId: string) {
      const id = newId(instantMs.parse(Date.now()))
      await server.database.query(
        `INSERT INTO device_alarm (id, device_id, code, subject, state, detail, raised_at)
         VALUES ($1, $2, 'hardware-changed', $3, 'raised', 'máy khác', now())`,
        [id, deviceId, id],
      )
      return id
    },
    async makeMove({ areaId, deviceId, mark }: Given & Pick<Place, 'deviceId'>) {
      const id = newId(instantMs.parse(Date.now()))
      await server.database.query(
        `INSERT INTO planned_move (id, device_ids, into_id, reason, effective_at, created_by_id, created_at)
         VALUES ($1, ARRAY[$2::uuid], $3, $4, now() + interval '7 days', $1, now())`,
        [id, deviceId, areaId, `Sáp nhập ${mark}`],
      )
      return id
    },
    async makeDraft({ areaId, mark, clipId }: Given & Pick<Place, 'clipId'>) {
      const content = { areaId, title: `Bản tin ${mark}`, topic: 'general', language: 'vi', clipId }
      return post('/api/bulletins', content, bulletin)
    },
    async makePending(place: Given & Pick<Place, 'clipId'>) {
      const draft = await makers.makeDraft(place)
      return post(`/api/bulletins/${draft.id}/submit`, { revisionId: draft.current.id }, bulletin)
    },
    async makeAccount({ areaId, mark }: Given) {
      const userName = `u${randomUUID().slice(0, 12)}`
      const asked = { userName, displayName: `Biên tập ${mark}`, grants: [{ areaId, role: 'editor' }] }
      return (await post('/api/accounts', asked, invited)).account.id
    },
    async makeStanding({ programmeId, mark }: Pick<Place, 'programmeId' | 'mark'>) {
      const asked = { programmeId, validUntil: inAWeek(), reason: `Tiếp âm ${mark}` }
      return (await succeed(judge, 'POST', '/api/standing-approvals', asked, made)).id
    },
    async makeDelegation({ areaId, accountId, mark }: Pick<Place, 'areaId' | 'accountId' | 'mark'>) {
      const asked = { toId: accountId, areaId, endsAt: inAWeek(), reason: `Đi công tác ${mark}` }
      return (await succeed(judge, 'POST', '/api/delegations', asked, made)).id
    },
    async makeBroadcast({ areaId, programmeId }: Pick<Place, 'areaId' | 'programmeId'>, timing: object = anyTiming()) {
      const asked = { programmeId, areaId, ...timing }
      return (await post('/api/broadcasts', asked, made)).id
    },
    makeGroup: async ({ areaId, mark, deviceId }: Given & Pick<Place, 'deviceId'>) => {
      const asked = { areaId, name: `Nhóm ${mark} ${randomUUID()}`, deviceIds: [deviceId] }
      return (await post('/api/device-groups', asked, made)).id
    },
    makeEmptyArea: ({ areaId, mark }: Given) =>
      makeArea(areaId, areaId === root.areaId ? 'commune' : 'village', `Nơi trống ${mark} ${randomUUID()}`),
    makeHoliday: async ({ areaId, mark }: Given) =>
      (await post(`/api/areas/${areaId}/holidays`, holiday(mark), made)).id,
    makeSuspension: async ({ areaId, mark }: Given) =>
      (await post(`/api/areas/${areaId}/suspensions`, suspension(mark), made)).id,
  }

  async function fill(name: PlaceName): Promise<Place> {
    const [areaId, mark] = [areas[name], marks[name]]
    const given = { areaId, mark }
    const deviceId = await makers.makeDevice(given)
    const groupId = await makers.makeGroup({ ...given, deviceId })
    const alarmId = await makers.makeAlarm(deviceId)
    const speech = { areaId, name: `Lời ${mark}`, text: `Xin chào bà con ${mark}.`, voice: 'vi' }
    const { id: clipId } = await post('/api/clips/speech', speech, made)
    await untilReady(clipId)
    const { id: bulletinId, current } = await makers.makePending({ ...given, clipId })
    const judged = { revisionId: current.id, contentHash: current.contentHash }
    await succeed(judge, 'POST', `/api/bulletins/${bulletinId}/approve`, judged, bulletin)
    const asked = { areaId, title: `Chương trình ${mark}`, bulletinIds: [bulletinId] }
    const { id: programmeId } = await post('/api/programmes', asked, made)
    const early = { rule: 'FREQ=DAILY', firstDate: tomorrow(), localTimes: ['05:30'] }
    const broadcastId = await makers.makeBroadcast({ areaId, programmeId }, early)
    const next = z.object({ nextStartAt: z.string() })
    const { nextStartAt } = await succeed(root, 'GET', `/api/broadcasts/${broadcastId}`, undefined, next)
    const occurrenceId = makeOccurrenceId(broadcastId, Date.parse(nextStartAt))
    const accountId = await makers.makeAccount(given)
    const audio = { kind: 'clip', clipId }
    const { id: alertId } = await post('/api/alerts', { areaId, title: `Bão ${mark}`, audio }, made)
    const standingId = await makers.makeStanding({ programmeId, mark })
    const delegationId = await makers.makeDelegation({ areaId, accountId, mark })
    return {
      ...{
        mark,
        areaId,
        deviceId,
        groupId,
        alarmId,
        clipId,
        bulletinId,
        programmeId,
        broadcastId,
        occurrenceId,
        alertId,
      },
      ...{ standingId, delegationId, accountId },
    }
  }

  /** As the console does: looks again when it is told that something changed. */
  async function untilReady(clipId: string): Promise<void> {
    const events = await openEvents(server.url, server.cookie)
    const state = z.object({ state: z.string() })
    while ((await succeed(root, 'GET', `/api/clips/${clipId}`, undefined, state)).state !== 'ready') {
      await events.next((event) => event.id === clipId)
    }
    events.close()
  }

  const places: Partial<Record<PlaceName, Place>> = {}
  for (const name of ['above', 'own', 'below'] as const) places[name] = await fill(name)
  const world: World = {
    server,
    judge,
    get places() {
      const { above, own, below, other = empty(areas.other, marks.other) } = places
      if (above === undefined || own === undefined || below === undefined) throw new Error('not filled')
      return { above, own, below, other }
    },
    ...makers,
  }
  return {
    world,
    async fillOther() {
      places.other = await fill('other')
    },
  }
}

/** One person per role in the own area, and each again who also audits the other commune; and one without any role. */
export async function invitePeople({ server, places }: World): Promise<Person[]> {
  const people: Person[] = []
  for (const role of roles) {
    for (const auditsOther of [false, true]) {
      const own = { areaId: places.own.areaId, role }
      const grants = auditsOther ? [own, { areaId: places.other.areaId, role: 'auditor' as const }] : [own]
      const name = auditsOther ? `${role}, auditor elsewhere` : role
      // Held elsewhere too: the mark of no area.
      people.push({ ...(await invitePerson(server, `Người ${role}`, grants)), name, role, auditsOther })
    }
  }
  const nobody = await invitePerson(server, 'Không vai trò', [{ areaId: places.own.areaId, role: 'editor' }])
  await server.database.query('DELETE FROM role_grant WHERE account_id = $1', [nobody.accountId])
  // With other rights the session has another id, which a browser would have by now.
  await nobody.ask({ method: 'GET', path: '/api/session' })
  return [...people, { ...nobody, name: 'nobody', role: undefined, auditsOther: false }]
}

const empty = (areaId: string, mark: string): Place => ({
  ...{
    mark,
    areaId,
    deviceId: '',
    groupId: '',
    alarmId: '',
    clipId: '',
    bulletinId: '',
    programmeId: '',
    broadcastId: '',
  },
  ...{ occurrenceId: '', alertId: '', standingId: '', delegationId: '', accountId: '' },
})

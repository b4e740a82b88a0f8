import { randomUUID } from 'node:crypto'
import type { Action } from '#server/auth/rules.ts'
import {
  anyTiming,
  day,
  holiday,
  inAWeek,
  type Place,
  type PlaceName,
  suspension,
  tomorrow,
  type World,
} from './world.ts'

/** How to ask a route for something in a place. */
export interface Request {
  /** For the names after the colons in the route's address. */
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly body?: object
  /** In place of JSON. */
  readonly bytes?: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface Recipe {
  /**
   * `one`: of one thing in one place, which does not exist for who may not read there. `list`: of all that one may know of;
   * a place is a filter. `whole`: of no place at all.
   */
  readonly of: 'one' | 'list' | 'whole'
  /** What one must be allowed besides the route's action, as its service says. */
  readonly needs?: Action
  /** With which action one may know that the thing exists; else the reading one of the route's group. */
  readonly readWith?: Action
  /** Besides 2xx, what somebody who may do it may be told for a reason that is none of rights. */
  readonly orElse?: readonly number[]
  /** In which places it can be done at all. */
  readonly places?: readonly PlaceName[]
  /** Things of the place itself may be asked for from below, since they sound there. */
  readonly isHeardBelow?: true
  make(place: Place, world: World): Request | Promise<Request>
}

const fresh = (name: string): string => `${name} ${randomUUID().slice(0, 8)}`
const whole: Recipe = { of: 'whole', make: () => ({}) }
const listed: Recipe = { of: 'list', make: ({ areaId }) => ({ query: { areaId } }) }
const thing = (pick: (place: Place) => string, rest: Partial<Recipe> = {}): Recipe => ({
  of: 'one',
  make: (place) => ({ params: { id: pick(place) } }),
  ...rest,
})
/** On a fresh account of the place: the act would change what the next one finds. */
const freshAccount: Recipe = {
  of: 'one',
  readWith: 'accounts.manage',
  make: async (place, world) => ({ params: { id: await world.makeAccount(place) } }),
}
/** Whole days, so that asking twice is asking the same. */
const range = (): Record<string, string> => ({
  from: `${day(-1).slice(0, 10)}T00:00:00Z`,
  to: `${day(3).slice(0, 10)}T00:00:00Z`,
})
const timing = () => ({ rule: 'FREQ=DAILY', firstDate: tomorrow(), localTimes: ['05:30'], lastDate: null })
const content = ({ mark, clipId }: Place) => ({
  title: `Bản tin ${mark}`,
  topic: 'general',
  language: 'vi',
  clipId,
  variants: [{ language: 'hmn', clipId }],
})

/** What an upload in pieces begins with (tus 1.0). */
export const uploadHeaders = (metadata: Record<string, string>, bytes: number): Record<string, string> => ({
  'tus-resumable': '1.0.0',
  'upload-length': String(bytes),
  'upload-metadata': Object.entries(metadata)
    .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
    .join(','),
})

/** Of an area that says nothing. */
export const silentRules = {
  hours: null,
  maxSessionsPerDay: null,
  maxMinutesPerSession: null,
  maxMinutesPerDay: null,
  volumes: null,
  leadIn: null,
  languages: [],
}

/** At least one for each route with an action. A route without one fails the test. */
export const recipes: Readonly<Record<string, Recipe | readonly Recipe[]>> = {
  'GET /api/accounts': { of: 'list', make: () => ({}) },
  'GET /api/accounts/summary': { of: 'list', make: () => ({}) },
  'GET /api/accounts/:id': thing(({ accountId }) => accountId, { readWith: 'accounts.read' }),
  'GET /api/accounts/:id/sessions': thing(({ accountId }) => accountId, { readWith: 'accounts.manage' }),
  'DELETE /api/accounts/:id/sessions': freshAccount,
  'DELETE /api/accounts/:id/sessions/:sessionId': {
    ...freshAccount,
    // It has none yet.
    orElse: [404],
    make: async (place, world) => ({ params: { id: await world.makeAccount(place), sessionId: randomUUID() } }),
  },
  'DELETE /api/accounts/:id/sign-in-code': freshAccount,
  'POST /api/accounts': {
    of: 'one',
    readWith: 'accounts.read',
    make: ({ areaId, mark }) => ({
      body: {
        userName: `u${randomUUID().slice(0, 12)}`,
        displayName: `Người ${mark}`,
        grants: [{ areaId, role: 'editor' }],
      },
    }),
  },
  'PATCH /api/accounts/:id': {
    of: 'one',
    readWith: 'accounts.manage',
    make: ({ accountId, mark }) => ({ params: { id: accountId }, body: { displayName: `Biên tập ${mark}` } }),
  },
  'PUT /api/accounts/:id/grants': {
    of: 'one',
    readWith: 'accounts.manage',
    make: ({ accountId, areaId }) => ({ params: { id: accountId }, body: { grants: [{ areaId, role: 'editor' }] } }),
  },
  'POST /api/accounts/:id/disable': freshAccount,
  'POST /api/accounts/:id/enable': freshAccount,
  'POST /api/accounts/:id/sign-in-code': freshAccount,
  // It has none.
  'POST /api/accounts/:id/second-factor/reset': { ...freshAccount, orElse: [409] },

  'GET /api/areas': { of: 'list', make: () => ({}) },
  'POST /api/areas': {
    of: 'one',
    // Nothing lies below a village.
    places: ['above', 'own', 'other'],
    make: ({ areaId, mark }) => ({ body: { parentId: areaId, kind: 'commune', name: fresh(`Xã cũ ${mark}`) } }),
  },
  'GET /api/areas/:id': thing(({ areaId }) => areaId),
  'PATCH /api/areas/:id': {
    of: 'one',
    make: ({ areaId, mark }) => ({ params: { id: areaId }, body: { name: `Nơi ${mark}` } }),
  },

  'DELETE /api/areas/:id': {
    of: 'one',
    // Nothing lies below a village.
    places: ['above', 'own', 'other'],
    make: async (place, world) => ({ params: { id: await world.makeEmptyArea(place) } }),
  },
  'GET /api/areas/overview': { of: 'list', make: () => ({}) },
  // Choices for those who set the rules.
  'GET /api/areas/:id/lead-ins': thing(({ areaId }) => areaId),
  'PUT /api/areas/:id/time-zone': {
    of: 'one',
    make: ({ areaId }) => ({ params: { id: areaId }, body: { timeZone: 'Asia/Ho_Chi_Minh' } }),
  },

  'GET /api/areas/:id/rules': thing(({ areaId }) => areaId),
  'PUT /api/areas/:id/rules': {
    of: 'one',
    // The same everywhere: an area may not permit more than what lies above it.
    make: ({ areaId }) => ({ params: { id: areaId }, body: { ...silentRules, maxMinutesPerDay: 1_000 } }),
  },

  'GET /api/areas/:id/holidays': {
    of: 'one',
    make: ({ areaId }) => ({ params: { id: areaId }, query: { year: '2026' } }),
  },
  'POST /api/areas/:id/holidays': {
    of: 'one',
    make: ({ areaId, mark }) => ({ params: { id: areaId }, body: holiday(mark) }),
  },
  'DELETE /api/area-holidays/:id': {
    of: 'one',
    make: async (place, world) => ({ params: { id: await world.makeHoliday(place) } }),
  },
  'GET /api/areas/:id/suspensions': thing(({ areaId }) => areaId),
  'POST /api/areas/:id/suspensions': {
    of: 'one',
    make: ({ areaId, mark }) => ({ params: { id: areaId }, body: suspension(mark) }),
  },
  'POST /api/suspensions/:id/lift': {
    of: 'one',
    make: async (place, world) => ({ params: { id: await world.makeSuspension(place) } }),
  },

  'GET /api/moves': listed,
  'POST /api/moves': {
    of: 'one',
    // It stands there already.
    orElse: [409],
    make: ({ areaId, deviceId, mark }) => ({
      body: { deviceIds: [deviceId], intoId: areaId, from: 'now', reason: `Sáp nhập ${mark}` },
    }),
  },
  'POST /api/moves/check': {
    of: 'one',
    orElse: [409],
    make: ({ areaId, deviceId, mark }) => ({
      body: { deviceIds: [deviceId], intoId: areaId, from: 'now', reason: `Sáp nhập ${mark}` },
    }),
  },
  'POST /api/moves/:id/cancel': {
    of: 'one',
    make: async (place, world) => ({ params: { id: await world.makeMove(place) } }),
  },

  'GET /api/devices': listed,
  'GET /api/devices/summary': listed,
  'GET /api/devices/places': listed,
  'GET /api/devices/:id/health': thing(({ deviceId }) => deviceId),
  'GET /api/devices/:id/plays': thing(({ deviceId }) => deviceId),
  'GET /api/devices/:id/preview': thing(({ deviceId }) => deviceId),
  'POST /api/device-settings': {
    of: 'one',
    make: ({ deviceId }) => ({ body: { devices: [{ id: deviceId, volumePercent: 60 }] } }),
  },
  'POST /api/device-commands': {
    of: 'one',
    // Nobody is connected: all are skipped, and that is said.
    make: ({ deviceId }) => ({ body: { deviceIds: [deviceId], kind: 'identify' } }),
  },
  'GET /api/device-commands': {
    of: 'list',
    make: () => ({ query: { ids: '019abcde-0000-7000-8000-000000000000' } }),
  },
  'POST /api/devices': {
    of: 'one',
    make: ({ areaId, mark }) => ({ body: { areaId, name: fresh(`Cụm loa ${mark}`) } }),
  },
  'GET /api/devices/:id': thing(({ deviceId }) => deviceId),
  'PATCH /api/devices/:id': {
    of: 'one',
    make: ({ deviceId }) => ({ params: { id: deviceId }, body: { volumePercent: 60 } }),
  },
  'POST /api/devices/:id/enrolment-code': thing(({ deviceId }) => deviceId),
  // Never enrolled: there is nothing to revoke.
  'POST /api/devices/:id/revoke': thing(({ deviceId }) => deviceId, { orElse: [409] }),
  'GET /api/devices/retired': listed,
  'POST /api/devices/:id/retire': {
    of: 'one',
    make: async (place, world) => ({
      params: { id: await world.makeDevice({ ...place, mark: fresh(place.mark) }) },
      body: { reason: `Cột đổ ${place.mark}` },
    }),
  },
  // In service: it stays what it is.
  'POST /api/devices/:id/restore': {
    of: 'one',
    make: async (place, world) => ({
      params: { id: await world.makeDevice({ ...place, mark: fresh(place.mark) }) },
      body: {},
    }),
  },
  'POST /api/devices/:id/alarms/:alarmId/acknowledge': {
    of: 'one',
    make: ({ deviceId, alarmId }) => ({ params: { id: deviceId, alarmId } }),
  },
  'POST /api/devices/:id/commands': [
    {
      of: 'one',
      // Not connected.
      orElse: [409],
      make: ({ deviceId }) => ({ params: { id: deviceId }, body: { kind: 'identify' } }),
    },
    {
      of: 'one',
      needs: 'devices.restart',
      orElse: [409],
      make: ({ deviceId }) => ({ params: { id: deviceId }, body: { kind: 'restart' } }),
    },
  ],
  'GET /api/devices/:id/commands': thing(({ deviceId }) => deviceId),

  'GET /api/device-groups': listed,
  'GET /api/device-groups/:id': thing(({ groupId }) => groupId),
  'POST /api/device-groups': {
    of: 'one',
    make: ({ areaId, deviceId, mark }) => ({ body: { areaId, name: fresh(`Nhóm ${mark}`), deviceIds: [deviceId] } }),
  },
  'PATCH /api/device-groups/:id': {
    of: 'one',
    make: ({ groupId, deviceId }) => ({ params: { id: groupId }, body: { deviceIds: [deviceId] } }),
  },
  'DELETE /api/device-groups/:id': {
    of: 'one',
    make: async (place, world) => ({ params: { id: await world.makeGroup(place) } }),
  },

  'GET /api/alerts': listed,
  'POST /api/alerts': {
    of: 'one',
    make: ({ areaId, mark, clipId }) => ({
      body: { areaId, title: `Bão ${mark}`, audio: { kind: 'clip', clipId }, repeats: 1 },
    }),
  },
  'GET /api/alerts/:id': thing(({ alertId }) => alertId),
  'POST /api/alerts/:id/cancel': thing(({ alertId }) => alertId),

  'POST /api/clips': {
    of: 'one',
    make: ({ areaId, mark }) => ({ query: { areaId, name: `Tệp ${mark}` }, bytes: 'no audio at all' }),
  },
  'POST /api/uploads': {
    of: 'one',
    // As many as one person may have on the way.
    orElse: [429],
    make: ({ areaId, mark }) => ({ headers: uploadHeaders({ areaId, filename: `Tệp ${mark}` }, 15) }),
  },
  'POST /api/clips/:id/trim': {
    of: 'one',
    // Nothing of it is cut off.
    orElse: [422],
    make: ({ clipId }) => ({ params: { id: clipId }, body: { startMs: 0, endMs: 3_600_000 } }),
  },
  'POST /api/clips/speech': {
    of: 'one',
    make: ({ areaId, mark }) => ({ body: { areaId, name: `Lời ${mark}`, text: `Xin chào ${mark}`, voice: 'vi' } }),
  },
  'GET /api/clips': listed,
  'GET /api/clips/:id': thing(({ clipId }) => clipId),
  'GET /api/clips/:id/audio': thing(({ clipId }) => clipId),
  'GET /api/voices': whole,
  'GET /api/topics': whole,
  'GET /api/languages': whole,

  'GET /api/bulletins': listed,
  'GET /api/bulletins/counts': listed,
  'GET /api/campaigns': listed,
  'POST /api/bulletins': {
    of: 'one',
    make: (place) => ({ body: { areaId: place.areaId, ...content(place) } }),
  },
  'GET /api/bulletins/:id': thing(({ bulletinId }) => bulletinId),
  'GET /api/bulletins/:id/revisions': thing(({ bulletinId }) => bulletinId),
  'GET /api/bulletins/:id/airings': thing(({ bulletinId }) => bulletinId),
  'PUT /api/bulletins/:id': {
    of: 'one',
    make: async (place, world) => ({ params: { id: (await world.makeDraft(place)).id }, body: content(place) }),
  },
  'POST /api/bulletins/:id/submit': {
    of: 'one',
    async make(place, world) {
      const { id, current } = await world.makeDraft(place)
      return { params: { id }, body: { revisionId: current.id } }
    },
  },
  'POST /api/bulletins/:id/approve': {
    of: 'one',
    async make(place, world) {
      const { id, current } = await world.makePending(place)
      return { params: { id }, body: { revisionId: current.id, contentHash: current.contentHash } }
    },
  },
  'POST /api/bulletins/:id/return': {
    of: 'one',
    async make(place, world) {
      const { id, current } = await world.makePending(place)
      const { contentHash } = current
      return { params: { id }, body: { revisionId: current.id, contentHash, comment: 'Đọc lại giúp.' } }
    },
  },
  'POST /api/bulletins/:id/undo-decision': {
    of: 'one',
    // Nobody has decided yet.
    orElse: [409],
    async make(place, world) {
      const { id, current } = await world.makePending(place)
      return { params: { id }, body: { revisionId: current.id, contentHash: current.contentHash } }
    },
  },
  'GET /api/programmes': listed,
  'POST /api/programmes': {
    of: 'one',
    make: ({ areaId, mark, bulletinId }) => ({
      body: { areaId, title: `Chương trình ${mark}`, bulletinIds: [bulletinId] },
    }),
  },
  'GET /api/programmes/:id': thing(({ programmeId }) => programmeId),
  'PUT /api/programmes/:id': {
    of: 'one',
    make: ({ programmeId, mark, bulletinId }) => ({
      params: { id: programmeId },
      body: { title: `Chương trình ${mark}`, bulletinIds: [bulletinId] },
    }),
  },

  'GET /api/standing-approvals': listed,
  'POST /api/standing-approvals': {
    of: 'one',
    make: ({ programmeId, mark }) => ({ body: { programmeId, validUntil: inAWeek(), reason: `Tiếp âm ${mark}` } }),
  },
  'POST /api/standing-approvals/:id/withdraw': {
    of: 'one',
    make: async (place, world) => ({ params: { id: await world.makeStanding(place) } }),
  },
  'GET /api/delegations': listed,
  'GET /api/delegations/candidates': { of: 'one', make: ({ areaId }) => ({ query: { areaId } }) },
  'POST /api/delegations': {
    of: 'one',
    make: ({ areaId, accountId, mark }) => ({
      body: { toId: accountId, areaId, endsAt: inAWeek(), reason: `Đi công tác ${mark}` },
    }),
  },
  'POST /api/delegations/:id/end': {
    of: 'one',
    // Of the two, none of these people is one.
    needs: 'accounts.manage',
    make: async (place, world) => ({ params: { id: await world.makeDelegation(place) } }),
  },

  'GET /api/broadcasts': listed,
  'POST /api/broadcasts': {
    of: 'one',
    make: ({ areaId, programmeId }) => ({ body: { programmeId, areaId, ...anyTiming() } }),
  },
  'POST /api/broadcasts/check': {
    of: 'one',
    make: ({ areaId, programmeId }) => ({ body: { programmeId, areaId, ...anyTiming() } }),
  },
  'GET /api/broadcasts/:id': thing(({ broadcastId }) => broadcastId, { isHeardBelow: true }),
  'PATCH /api/broadcasts/:id': {
    of: 'one',
    make: ({ broadcastId }) => ({ params: { id: broadcastId }, body: { priority: 'normal', ...timing() } }),
  },
  'POST /api/broadcasts/:id/cancel': {
    of: 'one',
    make: async (place, world) => ({ params: { id: await world.makeBroadcast(place) } }),
  },
  'POST /api/broadcasts/:id/restore': {
    of: 'one',
    // It was not cancelled.
    orElse: [409],
    make: async (place, world) => ({ params: { id: await world.makeBroadcast(place) } }),
  },
  'GET /api/broadcasts/:id.ics': thing(({ broadcastId }) => broadcastId, { isHeardBelow: true }),
  'GET /api/areas/:id/schedule.ics': thing(({ areaId }) => areaId, { readWith: 'broadcasts.read' }),
  'GET /api/areas/:id/preview': thing(({ areaId }) => areaId, { readWith: 'broadcasts.read' }),
  'GET /api/areas/:id/order': thing(({ areaId }) => areaId, { readWith: 'broadcasts.read' }),
  'PUT /api/areas/:id/order': {
    of: 'one',
    readWith: 'broadcasts.read',
    make: ({ areaId, broadcastId }) => ({ params: { id: areaId }, body: { broadcastIds: [broadcastId] } }),
  },
  'GET /api/occurrences': { of: 'list', make: ({ areaId }) => ({ query: { areaId, ...range() } }) },
  'GET /api/occurrences/:id': thing(({ occurrenceId }) => occurrenceId, { isHeardBelow: true }),
  'POST /api/occurrences/:id/change': {
    of: 'one',
    make: ({ occurrenceId }) => ({ params: { id: occurrenceId }, body: { scope: 'this', action: 'cancel' } }),
  },
  // It is not on air.
  'POST /api/occurrences/:id/stop': thing(({ occurrenceId }) => occurrenceId, { orElse: [409] }),
  'GET /api/today': { of: 'list', make: () => ({}) },
  'GET /api/today/troubles': { of: 'list', make: () => ({}) },
  'GET /api/today/not-heard': { of: 'list', make: () => ({ query: { outcome: 'missed', reason: 'power-lost' } }) },

  'GET /api/airtime': { of: 'list', make: ({ areaId }) => ({ query: { areaId, ...range() } }) },
  'GET /api/airtime/plays': { of: 'list', make: ({ areaId }) => ({ query: { areaId, ...range() } }) },
  'GET /api/airtime/evidence': {
    of: 'one',
    // Nothing was played of it.
    orElse: [404],
    make: ({ deviceId }) => ({ query: { deviceId, playId: 'nothing' } }),
  },
  'GET /api/airtime/export': { of: 'list', make: ({ areaId }) => ({ query: { areaId, format: 'csv', ...range() } }) },

  'GET /api/audit': listed,
  'GET /api/audit/actions': whole,
  'GET /api/audit/export': listed,
  'GET /api/audit/people': { of: 'list', make: () => ({}) },
  'GET /api/audit/verification': whole,
  'POST /api/audit/verification': { ...whole, orElse: [429, 409] },
}

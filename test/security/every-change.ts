import { z } from 'zod'
import { deviceId as deviceIdSchema, makeOccurrenceId, newId } from '#protocol/ids.ts'
import { instantMs } from '#protocol/time.ts'
import { totpCodeAt } from '#server/auth/totp.ts'
import { openEvents } from './event-reader.ts'
import { comeOnline, makeClaimant } from './online-device.ts'
import { silentRules, uploadHeaders } from './recipes.ts'
import { type DoneRequest, openBrowser, type RecordedBrowser } from './recorded-browser.ts'
import type { WholeServer } from './running-server.ts'
import { holiday, suspension } from './world.ts'

/** Everything that people and devices change, once each, and every secret that was seen on the way. */
export interface EveryChange {
  readonly done: readonly DoneRequest[]
  /** By a name for messages. */
  readonly secrets: ReadonlyMap<string, string>
}

interface Stage {
  readonly server: WholeServer
  readonly admin: RecordedBrowser
  readonly done: DoneRequest[]
  readonly secrets: Map<string, string>
  readonly communeId: string
  readonly open: () => RecordedBrowser
}

const made = z.object({ id: z.string() })
const none = z.null()
const any = z.unknown()
const invited = z.object({ account: made, signInCode: z.string() })
const offer = z.object({ secret: z.string(), otpauthUrl: z.string() })
const recovery = z.object({ recoveryCodes: z.array(z.string()).min(3) })
const bulletin = z.object({ id: z.string(), current: z.object({ id: z.string(), contentHash: z.string() }) })

/** Passwords that this run sets and proves; the first is that of the server's first account. */
const passwords = {
  admin: 'con trâu đi trước cái cày',
  approver: 'sông Hồng đỏ nặng phù sa',
  newApprover: 'mùa lúa chín vàng trên nương',
} as const

export async function changeEverything(server: WholeServer): Promise<EveryChange> {
  const done: DoneRequest[] = []
  const secrets = new Map<string, string>(Object.entries(passwords))
  secrets.set('set-up code', server.setupCode)
  const open = (): RecordedBrowser => openBrowser(server.url, done, secrets)
  const admin = open()
  const credentials = { userName: 'quan.tri', password: passwords.admin }
  await admin.change('POST /api/session', 'session.opened', { body: credentials }, any)

  const newCommune = { parentId: server.areaId, kind: 'commune', name: 'Bản Lầu' }
  const { id: communeId } = await admin.change('POST /api/areas', 'area.created', { body: newCommune }, made)
  const params = { id: communeId }
  await admin.change('PATCH /api/areas/{id}', 'area.changed', { params, body: { name: 'Bản Phiệt' } }, made)
  const newVillage = { parentId: communeId, kind: 'village', name: 'Thôn gõ nhầm' }
  const mistaken = await admin.change('POST /api/areas', 'area.created', { body: newVillage }, made)
  await admin.change('DELETE /api/areas/{id}', 'area.removed', { params: { id: mistaken.id } }, none)
  for (const timeZone of ['Asia/Tokyo', 'Asia/Ho_Chi_Minh']) {
    await admin.change('PUT /api/areas/{id}/time-zone', 'area.zone-changed', { params, body: { timeZone } }, any)
  }
  const rules = { params, body: { ...silentRules, hours: [{ days: [1, 7], from: '00:00', to: '24:00' }] } }
  await admin.change('PUT /api/areas/{id}/rules', 'area.rules-changed', rules, any)
  const silent = { params, body: silentRules }
  await admin.change('PUT /api/areas/{id}/rules', 'area.rules-changed', silent, any)
  const days = { params, body: holiday('mùa vụ') }
  const added = await admin.change('POST /api/areas/{id}/holidays', 'area.holiday-added', days, made)
  const theDays = { params: { id: added.id } }
  await admin.change('DELETE /api/area-holidays/{id}', 'area.holiday-removed', theDays, none)
  const silence = { params, body: suspension('mùa thi') }
  const suspended = await admin.change('POST /api/areas/{id}/suspensions', 'area.suspended', silence, made)
  const lift = { params: { id: suspended.id } }
  await admin.change('POST /api/suspensions/{id}/lift', 'area.suspension-lifted', lift, made)
  const stage: Stage = { server, admin, done, secrets, communeId, open }
  const { approver, approverId } = await changeAccounts(stage)
  const { deviceId, online } = await changeDevices(stage)
  const { programmeId } = await changeLibrary(stage, approver)
  await changeBroadcasts(stage, programmeId)
  await changeAlerts(stage)
  await admin.change('POST /api/audit/verification', null, {}, any)
  await admin.change('POST /api/devices/{id}/revoke', 'device.revoked', { params: { id: deviceId } }, any)
  await online.closed
  const fallen = { params: { id: deviceId }, body: { reason: 'Cột loa bị đổ' } }
  await admin.change('POST /api/devices/{id}/retire', 'device.retired', fallen, any)
  const upAgain = { params: { id: deviceId }, body: {} }
  await admin.change('POST /api/devices/{id}/restore', 'device.restored', upAgain, made)
  await leave(stage, approverId)
  return { done, secrets }
}

/** Reads the Base32 that is shown for typing (RFC 4648 §6). */
function readShown(shown: string): Uint8Array {
  const digits = [...shown.replaceAll(' ', '')].map((sign) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(sign))
  const bits = digits.map((digit) => digit.toString(2).padStart(5, '0')).join('')
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2))
}

async function setUpFactor({ secrets }: Stage, who: RecordedBrowser, password: string): Promise<string[]> {
  const began = { body: { password }, isWithState: false }
  const shown = await who.change('POST /api/account/second-factor', 'account.second-factor-begun', began, offer)
  const key = shown.secret.replaceAll(' ', '')
  secrets.set(`TOTP secret ${secrets.size}`, key)
  secrets.set(`TOTP secret ${secrets.size}`, shown.secret)
  const code = totpCodeAt(readShown(shown.secret), instantMs.parse(Date.now()))
  const confirmed = await who.change(
    'POST /api/account/second-factor/confirm',
    'account.second-factor-set',
    { body: { code }, isWithState: false },
    recovery,
  )
  return keepCodes(secrets, confirmed.recoveryCodes)
}

function keepCodes(secrets: Map<string, string>, codes: string[]): string[] {
  for (const code of codes) secrets.set(`recovery code ${secrets.size}`, code)
  return codes
}

async function changeAccounts(stage: Stage): Promise<{ approver: RecordedBrowser; approverId: string }> {
  const { server, admin, secrets, open } = stage
  const grants = [{ areaId: server.areaId, role: 'approver' }]
  const newAccount = { userName: 'duyet', displayName: 'Người Duyệt', grants: [{ ...grants[0], role: 'auditor' }] }
  const first = await admin.change('POST /api/accounts', 'account.created', { body: newAccount }, invited)
  secrets.set('sign-in code 1', first.signInCode)
  const approverId = first.account.id
  const params = { id: approverId }
  const renamed = { params, body: { displayName: 'Người Duyệt Tỉnh' } }
  await admin.change('PATCH /api/accounts/{id}', 'account.changed', renamed, made)
  await admin.change('PUT /api/accounts/{id}/grants', 'account.grants-changed', { params, body: { grants } }, made)
  await admin.change('POST /api/accounts/{id}/disable', 'account.disabled', { params }, made)
  await admin.change('POST /api/accounts/{id}/enable', 'account.enabled', { params }, made)
  const link = { params, isWithState: false }
  const unused = await admin.change('POST /api/accounts/{id}/sign-in-code', 'account.invited', link, invited)
  secrets.set('sign-in code 5', unused.signInCode)
  await admin.change('DELETE /api/accounts/{id}/sign-in-code', 'account.link-withdrawn', link, made)
  const second = await admin.change('POST /api/accounts/{id}/sign-in-code', 'account.invited', link, invited)
  secrets.set('sign-in code 2', second.signInCode)

  const approver = open()
  const body = { code: second.signInCode }
  await approver.change('POST /api/session/one-time', 'session.opened', { body }, any)
  const setting = { body: { password: passwords.approver }, isWithState: false }
  await approver.change('PUT /api/account/password', 'account.password-set', setting, any)
  const [codeA = '', codeB = '', codeC = ''] = await setUpFactor(stage, approver, passwords.approver)
  const other = open()
  const proof = { userName: 'duyet', password: passwords.approver, code: codeA }
  await other.change('POST /api/session', 'session.opened', { body: proof }, any)
  const sessions = z.array(z.object({ id: z.string(), isCurrent: z.boolean() }))
  const others = (await approver.read('/api/account/sessions', sessions)).filter((one) => !one.isCurrent)
  const ended = { params: { id: others[0]?.id ?? '' }, isWithState: false }
  await approver.change('DELETE /api/account/sessions/{id}', 'session.revoked', ended, none)

  const both = { password: passwords.approver, code: codeB }
  const renewal = { body: both, isWithState: false }
  const codes = await approver.change(
    'POST /api/account/second-factor/recovery-codes',
    'account.recovery-codes-made',
    renewal,
    recovery,
  )
  const [last = codeC] = keepCodes(secrets, codes.recoveryCodes)
  const removal = { body: { password: passwords.approver, code: last }, isWithState: false }
  await approver.change('POST /api/account/second-factor/remove', 'account.second-factor-removed', removal, any)
  await setUpFactor(stage, approver, passwords.approver)
  const change = { password: passwords.newApprover, currentPassword: passwords.approver }
  const renewed = { body: change, isWithState: false }
  await approver.change('PUT /api/account/password', 'account.password-set', renewed, any)
  return { approver, approverId }
}

async function changeDevices({ server, admin, secrets, communeId, open }: Stage) {
  const newDevice = { areaId: communeId, name: 'Cụm loa chợ' }
  const { id } = await admin.change('POST /api/devices', 'device.created', { body: newDevice }, made)
  const params = { id }
  const limits = { maxVolumePercent: 90, emergencyVolumePercent: 85, languages: ['hmn', 'vi'] }
  const newVillage = { parentId: communeId, kind: 'village', name: 'Thôn bến xe' }
  const { id: intoId } = await admin.change('POST /api/areas', 'area.created', { body: newVillage }, made)
  const day = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10)
  const merger = { body: { deviceIds: [id], intoId, from: day, reason: 'Chuyển cột' } }
  await admin.change('POST /api/moves/check', null, merger, any)
  const { id: moveId } = await admin.change('POST /api/moves', 'move.planned', merger, made)
  const move = { params: { id: moveId } }
  await admin.change('POST /api/moves/{id}/cancel', 'move.cancelled', move, any)
  const many = { body: { devices: [{ id, volumePercent: 75 }] } }
  await admin.change('POST /api/device-settings', 'device.changed', many, any)
  const louder = { params, body: { volumePercent: 70, muted: false, name: 'Cụm loa bến xe', ...limits } }
  await admin.change('PATCH /api/devices/{id}', 'device.changed', louder, made)
  const newGroup = { body: { areaId: communeId, name: 'Loa chợ', deviceIds: [id] } }
  const group = await admin.change('POST /api/device-groups', 'device-group.created', newGroup, made)
  const theGroup = { params: { id: group.id } }
  const emptied = { ...theGroup, body: { deviceIds: [] } }
  await admin.change('PATCH /api/device-groups/{id}', 'device-group.changed', emptied, made)
  await admin.change('DELETE /api/device-groups/{id}', 'device-group.removed', theGroup, none)
  const codeOf = z.object({ code: z.string() })
  const asked = { params }
  const first = await admin.change('POST /api/devices/{id}/enrolment-code', 'device.enrolment-code-made', asked, codeOf)
  secrets.set('enrolment code', first.code)
  const claimant = makeClaimant()
  secrets.set('device secret', claimant.secret)
  secrets.set('device private key', String(claimant.privateKey.export({ format: 'jwk' }).d))
  await open().change('POST /api/enrol', 'device.enrolled', { body: await claimant.claim(first.code) }, any)

  const deviceId = deviceIdSchema.parse(id)
  const online = await comeOnline(server.mqttUrl, deviceId, claimant)
  const command = { params, body: { kind: 'identify' } }
  await admin.change('POST /api/devices/{id}/commands', 'device.command-issued', command, made)
  const sentToMany = { body: { deviceIds: [id], kind: 'identify' } }
  await admin.change('POST /api/device-commands', 'device.command-issued', sentToMany, any)
  // No route raises an alarm.
  const alarmId = newId(instantMs.parse(Date.now()))
  await server.database.query(
    `INSERT INTO device_alarm (id, device_id, code, subject, state, detail, raised_at)
     VALUES ($1, $2, 'hardware-changed', '', 'raised', '', now())`,
    [alarmId, id],
  )
  const seen = { params: { id, alarmId } }
  const route = 'POST /api/devices/{id}/alarms/{alarmId}/acknowledge'
  await admin.change(route, 'device.alarm-acknowledged', seen, made)
  return { deviceId, online }
}

async function changeLibrary(
  { server, admin, communeId, secrets }: Stage,
  approver: RecordedBrowser,
): Promise<{ programmeId: string }> {
  const events = await openEvents(server.url, admin.cookie())
  const upload = { query: { areaId: communeId, name: 'Tệp' }, bytes: new TextEncoder().encode('no audio at all') }
  await admin.change('POST /api/clips', 'clip.uploaded', upload, made)
  const speech = { areaId: communeId, name: 'Lời', text: 'Xin chào bà con.', voice: 'vi' }
  const { id: clipId } = await admin.change('POST /api/clips/speech', 'clip.spoken', { body: speech }, made)
  const state = z.object({ state: z.string() })
  while ((await admin.read(`/api/clips/${clipId}`, state)).state !== 'ready') {
    await events.next((event) => event.id === clipId)
  }
  events.close()

  const bytes = new TextEncoder().encode('no audio at all')
  const begin = { headers: uploadHeaders({ areaId: communeId, filename: 'Tệp' }, bytes.length), isWithState: false }
  const tus = { 'tus-resumable': '1.0.0' }
  const piece = { ...tus, 'content-type': 'application/offset+octet-stream', 'upload-offset': '0' }
  const given = await admin.change('POST /api/uploads', null, begin, made)
  const gone = { params: { id: given.id }, headers: tus, isWithState: false }
  await admin.change('DELETE /api/uploads/{id}', null, gone, none)
  const kept = await admin.change('POST /api/uploads', null, begin, made)
  const whole = { params: { id: kept.id }, headers: piece, bytes }
  await admin.change('PATCH /api/uploads/{id}', 'clip.uploaded', whole, none)
  const cut = { params: { id: clipId }, body: { startMs: 0, endMs: 800 } }
  await admin.change('POST /api/clips/{id}/trim', 'clip.trimmed', cut, made)

  const variants = [{ language: 'hmn', clipId }]
  const content = { title: 'Bản tin sáng', topic: 'general', language: 'vi', clipId, variants }
  const draft = { body: { areaId: communeId, ...content } }
  const { id } = await admin.change('POST /api/bulletins', 'bulletin.created', draft, bulletin)
  const params = { id }
  const submit = async (title: string) => {
    const body = { ...content, title }
    const { current } = await admin.change('PUT /api/bulletins/{id}', 'bulletin.changed', { params, body }, bulletin)
    const named = { params, body: { revisionId: current.id } }
    const sent = await admin.change('POST /api/bulletins/{id}/submit', 'bulletin.submitted', named, bulletin)
    return { revisionId: sent.current.id, contentHash: sent.current.contentHash }
  }
  const returned = { ...(await submit('Bản tin trưa')), comment: 'Đọc lại giúp.' }
  await approver.change('POST /api/bulletins/{id}/return', 'bulletin.returned', { params, body: returned }, any)
  const { comment: _comment, ...taken } = returned
  const undone = { params, body: taken }
  await approver.change('POST /api/bulletins/{id}/undo-decision', 'bulletin.decision-undone', undone, any)
  await approver.change('POST /api/bulletins/{id}/return', 'bulletin.returned', { params, body: returned }, any)
  const approved = await submit('Bản tin chiều')
  await approver.change('POST /api/bulletins/{id}/approve', 'bulletin.approved', { params, body: approved }, any)

  const programme = { areaId: communeId, title: 'Chương trình', bulletinIds: [id] }
  const route = 'POST /api/programmes'
  const { id: programmeId } = await admin.change(route, 'programme.created', { body: programme }, made)
  const changed = { params: { id: programmeId }, body: { title: 'Chương trình chiều', bulletinIds: [id] } }
  await admin.change('PUT /api/programmes/{id}', 'programme.changed', changed, made)

  const week = new Date(Date.now() + 7 * 86_400_000).toISOString()
  const standing = { body: { programmeId, validUntil: week, reason: 'Tiếp âm hằng ngày' } }
  const ahead = await approver.change('POST /api/standing-approvals', 'approval.standing-given', standing, made)
  const withdrawn = { params: { id: ahead.id } }
  const withdrawal = 'POST /api/standing-approvals/{id}/withdraw'
  await approver.change(withdrawal, 'approval.standing-withdrawn', withdrawn, any)

  const grants = [{ areaId: communeId, role: 'editor' }]
  const newDeputy = { body: { userName: 'pho.duyet', displayName: 'Phó', grants } }
  const deputy = await admin.change('POST /api/accounts', 'account.created', newDeputy, invited)
  secrets.set('sign-in code 3', deputy.signInCode)
  const absence = { toId: deputy.account.id, areaId: communeId, endsAt: week, reason: 'Đi công tác' }
  const lent = await approver.change('POST /api/delegations', 'approval.delegated', { body: absence }, made)
  const ended = { params: { id: lent.id } }
  await approver.change('POST /api/delegations/{id}/end', 'approval.delegation-ended', ended, any)

  return { programmeId }
}

async function changeBroadcasts({ server, admin, communeId }: Stage, programmeId: string): Promise<void> {
  const [date, time] = inZone(Date.now() + 86_400_000)
  const timing = { rule: 'FREQ=DAILY', firstDate: date, localTimes: [time], lastDate: null }
  const planned = { body: { programmeId, areaId: communeId, ...timing } }
  const { id } = await admin.change('POST /api/broadcasts', 'broadcast.created', planned, made)
  const params = { id }
  const moved = { params, body: { priority: 'priority', ...timing } }
  await admin.change('PATCH /api/broadcasts/{id}', 'broadcast.changed', moved, made)
  await admin.change('POST /api/broadcasts/{id}/cancel', 'broadcast.cancelled', { params }, made)
  await admin.change('POST /api/broadcasts/{id}/restore', 'broadcast.restored', { params }, made)

  await admin.change('POST /api/broadcasts/check', null, planned, any)
  const ordered = { params: { id: communeId }, body: { broadcastIds: [id] } }
  await admin.change('PUT /api/areas/{id}/order', 'broadcast.order-set', ordered, any)
  const series = z.object({ id: z.string(), nextStartAt: z.string() })
  const { nextStartAt: first } = await admin.read(`/api/broadcasts/${id}`, series)
  const startAfter = (days: number): number => Date.parse(first) + days * 86_400_000
  const changeOne = 'POST /api/occurrences/{id}/change'
  const one = (days: number, body: object) => ({ params: { id: makeOccurrenceId(id, startAfter(days)) }, body })
  const startAt = new Date(startAfter(0) + 60_000).toISOString()
  await admin.change(changeOne, 'occurrence.changed', one(0, { scope: 'this', action: 'move', startAt }), any)
  await admin.change(changeOne, 'occurrence.cancelled', one(0, { scope: 'this', action: 'cancel' }), any)
  await admin.change(changeOne, 'occurrence.restored', one(0, { scope: 'this', action: 'restore' }), any)
  const calmer = one(2, { scope: 'following', action: 'change', priority: 'normal' })
  await admin.change(changeOne, 'broadcast.split', calmer, any)
  await admin.change(changeOne, 'broadcast.joined', one(2, { scope: 'following', action: 'restore' }), any)
  await admin.change(changeOne, 'broadcast.ended', one(3, { scope: 'following', action: 'cancel' }), any)

  const events = await openEvents(server.url, admin.cookie())
  const [day, soon] = inZone(Date.now() + 4_000)
  const once = { programmeId, areaId: communeId, rule: null, firstDate: day, localTimes: [soon] }
  const next = z.object({ id: z.string(), nextStartAt: z.string() })
  const { id: airing, nextStartAt } = await admin.change(
    'POST /api/broadcasts',
    'broadcast.created',
    { body: once },
    next,
  )
  const occurrenceId = makeOccurrenceId(airing, Date.parse(nextStartAt))
  await events.next((event) => event.kind === 'occurrences' && event.id === occurrenceId)
  events.close()
  const stop = { params: { id: occurrenceId } }
  await admin.change('POST /api/occurrences/{id}/stop', 'occurrence.stopped', stop, any)
}

/** Date and time of day in the zone of the first area. */
function inZone(at: number): [date: string, time: string] {
  const text = new Date(at).toLocaleString('sv-SE', { timeZone: 'Asia/Ho_Chi_Minh' })
  return [text.slice(0, 10), text.slice(11, 19)]
}

async function changeAlerts({ admin, communeId }: Stage): Promise<void> {
  const audio = { kind: 'speech', text: 'Bão về, bà con vào nhà.', voice: 'vi' }
  const alert = { body: { areaId: communeId, title: 'Bão', audio } }
  const { id } = await admin.change('POST /api/alerts', 'alert.issued', alert, made)
  await admin.change('POST /api/alerts/{id}/cancel', 'alert.cancelled', { params: { id } }, any)
}

/** Two administrators, since who made somebody's link may not reset their second factor too. */
async function leave({ server, admin, secrets, open }: Stage, approverId: string): Promise<void> {
  const grants = [{ areaId: server.areaId, role: 'administrator' }]
  const body = { userName: 'quan.tri.hai', displayName: 'Quản Trị Hai', grants }
  const second = await admin.change('POST /api/accounts', 'account.created', { body }, invited)
  secrets.set('sign-in code 4', second.signInCode)
  const colleague = open()
  const code = { body: { code: second.signInCode } }
  await colleague.change('POST /api/session/one-time', 'session.opened', code, any)
  const held = await colleague.read(`/api/accounts/${approverId}/sessions`, z.array(made))
  const oneOf = { params: { id: approverId, sessionId: held[0]?.id ?? '' } }
  const ending = 'account.sessions-ended'
  await colleague.change('DELETE /api/accounts/{id}/sessions/{sessionId}', ending, oneOf, none)
  await colleague.change('DELETE /api/accounts/{id}/sessions', ending, { params: { id: approverId } }, none)
  const reset = { params: { id: approverId }, isWithState: false }
  const route = 'POST /api/accounts/{id}/second-factor/reset'
  await colleague.change(route, 'account.second-factor-reset', reset, made)
  const bare = { isWithState: false }
  await colleague.change('DELETE /api/account/sessions', 'session.revoked', bare, none)
  await admin.change('DELETE /api/session', 'session.ended', bare, none)
}

import { z } from 'zod'
import { area } from '#server/areas/schemas.ts'
import { invitedAccount, session } from '#server/auth/schemas.ts'
import { broadcast } from '#server/broadcasts/schemas.ts'
import { device, newEnrolmentCode } from '#server/devices/schemas.ts'
import { bulletin, clip, programme } from '#server/library/schemas.ts'
import { type ApiClient, createApiClient, waitFor } from '../../tools/api-client.ts'

/** The demo commune, made through the public API alone: what it does, anybody can do. */
export interface DemoWorld {
  readonly administrator: ApiClient
  /** For whoever looks on: an administrator beside the one that the demo works as. */
  readonly visitorSignInCode: string
  readonly editor: ApiClient
  readonly editorId: string
  readonly approver: ApiClient
  readonly approverId: string
  readonly communeId: string
  readonly devices: readonly { readonly id: string; readonly name: string; readonly code: string }[]
}

const villages = ['Thôn Đông', 'Thôn Đoài', 'Thôn Thượng']

export async function makeDemoWorld(url: string, setupCode: string, password: string): Promise<DemoWorld> {
  const administrator = createApiClient(url)
  await administrator.post(
    '/api/setup',
    {
      code: setupCode,
      userName: 'banthu',
      displayName: 'Bản thử',
      password,
      area: { kind: 'commune', name: 'Xã Hòa Bình' },
    },
    session,
  )
  const [commune] = await administrator.get('/api/areas', z.array(area))
  if (commune === undefined) throw new Error('the set-up made no area')

  const makeAccount = (userName: string, displayName: string, role: string) => {
    const grants = [{ areaId: commune.id, role }]
    return administrator.post('/api/accounts', { userName, displayName, grants }, invitedAccount)
  }
  const invite = async (userName: string, displayName: string, role: string) => {
    const invited = await makeAccount(userName, displayName, role)
    const client = createApiClient(url)
    await client.post('/api/session/one-time', { code: invited.signInCode }, session)
    return { client, id: invited.account.id }
  }
  const editor = await invite('bientap', 'Trần Thị Biên', 'editor')
  const approver = await invite('lanhdao', 'Lê Văn Lãnh', 'approver')
  const visitor = await makeAccount('khach', 'Phạm Thị Khách', 'administrator')

  const devices: { id: string; name: string; code: string }[] = []
  for (const name of villages) {
    const village = await administrator.post('/api/areas', { parentId: commune.id, kind: 'village', name }, area)
    const made = await administrator.post('/api/devices', { areaId: village.id, name: `Cụm loa ${name}` }, device)
    const { code } = await administrator.post(`/api/devices/${made.id}/enrolment-code`, {}, newEnrolmentCode)
    devices.push({ id: made.id, name: made.name, code })
  }
  return {
    administrator,
    visitorSignInCode: visitor.signInCode,
    editor: editor.client,
    editorId: editor.id,
    approver: approver.client,
    approverId: approver.id,
    communeId: commune.id,
    devices,
  }
}

const text = `Kính thưa toàn thể nhân dân xã Hòa Bình. UBND xã thông báo lịch tiêm chủng tháng 12. Thời gian: từ 7h30 đến 11h ngày 05/12/2026, tại trạm y tế xã. Đề nghị các gia đình mang theo sổ tiêm chủng và thẻ BHYT. Xin trân trọng cảm ơn.`

/** Reads the bulletin aloud, has it approved by the other account, and gives the programme to broadcast. */
export async function makeDemoProgramme(
  world: DemoWorld,
  tell: { approved(durationMs: number): void },
): Promise<string> {
  const { editor, approver, communeId } = world
  const title = 'Lịch tiêm chủng tháng 12'
  const spoken = await editor.post('/api/clips/speech', { areaId: communeId, name: title, text, voice: 'vi' }, clip)
  const ready = await waitFor(editor, 'the spoken bulletin', 60_000, async () => {
    const now = await editor.get(`/api/clips/${spoken.id}`, clip)
    if (now.state === 'rejected') throw new Error(now.rejection?.text ?? 'the spoken text was rejected')
    return now.state === 'ready' ? now : undefined
  })
  const content = { areaId: communeId, title, topic: 'society', language: 'vi', clipId: spoken.id }
  const draft = await editor.post('/api/bulletins', content, bulletin)
  const { current } = await editor.post(`/api/bulletins/${draft.id}/submit`, { revisionId: draft.current.id }, bulletin)
  const judged = { revisionId: current.id, contentHash: current.contentHash }
  await approver.post(`/api/bulletins/${draft.id}/approve`, judged, bulletin)
  tell.approved(ready.durationMs ?? 0)
  const order = { areaId: communeId, title: 'Bản tin xã Hòa Bình', bulletinIds: [draft.id] }
  return (await editor.post('/api/programmes', order, programme)).id
}

/** Wall-clock date and time of an instant in a zone, as the API takes them. */
export function wallClock(atMs: number, timeZone: string): { date: string; time: string } {
  const parts = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(atMs)
  const [date = '', time = ''] = parts.split(' ')
  return { date, time }
}

/** Once, `delayMs` from now; and every morning from tomorrow on, so that the console has something to come. */
export async function scheduleDemo(world: DemoWorld, programmeId: string, delayMs: number) {
  const timeZone = 'Asia/Ho_Chi_Minh'
  const start = wallClock(Date.now() + delayMs, timeZone)
  const what = { programmeId, areaId: world.communeId, priority: 'normal' }
  const tomorrow = wallClock(Date.now() + 86_400_000, timeZone).date
  await world.editor.post(
    '/api/broadcasts',
    { ...what, rule: 'FREQ=DAILY', firstDate: tomorrow, localTimes: ['05:30'] },
    broadcast,
  )
  const once = { ...what, rule: null, firstDate: start.date, localTimes: [start.time] }
  return { broadcast: await world.editor.post('/api/broadcasts', once, broadcast), time: start.time }
}

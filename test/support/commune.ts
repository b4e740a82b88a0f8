import { z } from 'zod'
import { area } from '#server/areas/schemas.ts'
import { invitedAccount, session } from '#server/auth/schemas.ts'
import { occurrenceDetail } from '#server/broadcasts/explain-schemas.ts'
import { broadcast, occurrence } from '#server/broadcasts/schemas.ts'
import { device, newEnrolmentCode } from '#server/devices/schemas.ts'
import { bulletin, clip, programme } from '#server/library/schemas.ts'
import { type ApiClient, createApiClient, waitFor } from '../../tools/api-client.ts'

/** A commune made through the public API: an administrator, an editor and an approver. */
export interface Commune {
  readonly id: string
  readonly administrator: ApiClient
  readonly editor: ApiClient
  readonly approver: ApiClient
}

export async function makeCommune(server: { url: string; setupCode: string }): Promise<Commune> {
  const administrator = createApiClient(server.url)
  const person = { userName: 'quantri', displayName: 'Quản trị', password: 'một mật khẩu rất dài' }
  const setup = { ...person, code: server.setupCode, area: { kind: 'commune', name: 'Xã Hòa Bình' } }
  await administrator.post('/api/setup', setup, session)
  const [root] = await administrator.get('/api/areas', z.array(area))
  if (root === undefined) throw new Error('no area')
  const invite = async (userName: string, role: string): Promise<ApiClient> => {
    const invited = { userName, displayName: userName, grants: [{ areaId: root.id, role }] }
    const { signInCode } = await administrator.post('/api/accounts', invited, invitedAccount)
    const client = createApiClient(server.url)
    await client.post('/api/session/one-time', { code: signInCode }, session)
    return client
  }
  return {
    id: root.id,
    administrator,
    editor: await invite('bientap', 'editor'),
    approver: await invite('lanhdao', 'approver'),
  }
}

/** A village with one speaker, and the code that its agent enrols with. */
export async function addSpeaker(commune: Commune, name: string): Promise<{ deviceId: string; code: string }> {
  const village = { parentId: commune.id, kind: 'village', name: `Thôn ${name}` }
  const { id: areaId } = await commune.administrator.post('/api/areas', village, area)
  const made = await commune.administrator.post('/api/devices', { areaId, name, volumePercent: 100 }, device)
  const { code } = await commune.administrator.post(`/api/devices/${made.id}/enrolment-code`, {}, newEnrolmentCode)
  return { deviceId: made.id, code }
}

/** Uploads, waits for the clip, has it approved by the other account, and makes a programme of it. */
export async function makeProgramme(commune: Commune, title: string, wavs: readonly Uint8Array<ArrayBuffer>[]) {
  const { editor, approver, id: areaId } = commune
  const bulletinIds: string[] = []
  let durationMs = 0
  for (const [index, wav] of wavs.entries()) {
    const name = encodeURIComponent(`${title} ${index + 1}`)
    const uploaded = await editor.upload(`/api/clips?areaId=${areaId}&name=${name}`, wav, clip)
    const ready = await waitFor(editor, 'the clip', 60_000, async () => {
      const now = await editor.get(`/api/clips/${uploaded.id}`, clip)
      if (now.state === 'rejected') throw new Error(now.rejection?.text)
      return now.state === 'ready' ? now : undefined
    })
    durationMs += ready.durationMs ?? 0
    const content = { areaId, title: `${title} ${index + 1}`, topic: 'policy', language: 'vi', clipId: uploaded.id }
    const draft = await editor.post('/api/bulletins', content, bulletin)
    const { current } = await editor.post(
      `/api/bulletins/${draft.id}/submit`,
      { revisionId: draft.current.id },
      bulletin,
    )
    const judged = { revisionId: current.id, contentHash: current.contentHash }
    await approver.post(`/api/bulletins/${draft.id}/approve`, judged, bulletin)
    bulletinIds.push(draft.id)
  }
  const made = await editor.post('/api/programmes', { areaId, title, bulletinIds }, programme)
  return { programmeId: made.id, durationMs }
}

/** Schedules it once, at the first whole second at least `delayMs` from now; gives the instant. */
export async function schedule(
  commune: Commune,
  programmeId: string,
  delayMs: number,
  priority: 'priority' | 'normal' | 'filler' = 'normal',
) {
  const startAtMs = Math.ceil((Date.now() + delayMs) / 1000) * 1000
  const local = new Intl.DateTimeFormat('sv-SE', {
    timeZone: 'Asia/Ho_Chi_Minh',
    dateStyle: 'short',
    timeStyle: 'medium',
  })
  const [firstDate = '', localTime = ''] = local.format(startAtMs).split(' ')
  const what = { programmeId, areaId: commune.id, priority, rule: null, firstDate, localTimes: [localTime] }
  const made = await commune.editor.post('/api/broadcasts', what, broadcast)
  return { broadcastId: made.id, startAtMs }
}

export async function readOccurrence(commune: Commune, broadcastId: string) {
  const window = `from=${new Date(Date.now() - 3_600_000).toISOString()}&to=${new Date(Date.now() + 3_600_000).toISOString()}`
  const all = await commune.editor.get(`/api/occurrences?${window}`, z.array(occurrence))
  const found = all.find((one) => one.broadcastId === broadcastId)
  return found === undefined
    ? undefined
    : commune.editor.get(`/api/occurrences/${encodeURIComponent(found.id)}`, occurrenceDetail)
}

/** Until `count` devices hold the target and all its clips. */
export function waitUntilReady(commune: Commune, broadcastId: string, count: number) {
  return waitFor(commune.editor, `${count} speakers to be ready`, 60_000, async () => {
    const { readiness } = await commune.editor.get(`/api/broadcasts/${broadcastId}`, broadcast)
    return readiness.ready === count ? readiness : undefined
  })
}

/** Until no device's outcome is unknown any more and nothing plays. */
export function waitUntilReported(commune: Commune, broadcastId: string, timeoutMs = 90_000) {
  return waitFor(commune.editor, 'every outcome to be reported', timeoutMs, async () => {
    const found = await readOccurrence(commune, broadcastId)
    if (found === undefined || found.state !== 'ended') return undefined
    return found.items.every((item) => item.outcome !== 'unknown') && found.items.length > 0 ? found : undefined
  })
}

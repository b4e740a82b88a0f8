import { z } from 'zod'
import { area } from '#server/areas/schemas.ts'
import { invitedAccount, session } from '#server/auth/schemas.ts'
import { broadcast } from '#server/broadcasts/schemas.ts'
import { device, newEnrolmentCode } from '#server/devices/schemas.ts'
import { bulletin, clip, programme } from '#server/library/schemas.ts'
import { type ApiClient, createApiClient, waitFor } from '../../tools/api-client.ts'
import { makeToneWav } from '../support/tones.ts'

/** What the pictures show: a small province in the middle of an ordinary week, made through the public API. */
export interface PicturedWorld {
  readonly administrator: ApiClient
  readonly editor: ApiClient
  readonly provinceId: string
  /** Of somebody who was invited and has a second role. */
  readonly personId: string
  readonly communeId: string
  readonly devices: readonly PicturedDevice[]
  readonly programmes: Readonly<Record<ProgrammeName, string>>
  readonly broadcasts: readonly { readonly id: string; readonly programme: ProgrammeName; readonly hour: string }[]
  readonly bulletins: readonly { readonly id: string; readonly title: string }[]
}

export interface PicturedDevice {
  readonly id: string
  readonly name: string
  readonly areaId: string
  readonly code: string
  /** Of the commune that the pictures are taken in. */
  readonly isOwn: boolean
}

type ProgrammeName = 'morning' | 'noon' | 'evening' | 'province' | 'clean' | 'now'

const communes = [
  {
    name: 'Xã Hòa Bình',
    villages: ['Thôn Đông', 'Thôn Đoài', 'Thôn Thượng', 'Thôn Hạ', 'Bản Nà Lụa', 'Bản Phiêng Ban'],
  },
  { name: 'Xã Tân Lập', villages: ['Thôn Trung Tâm', 'Thôn Suối Khoáng', 'Bản Hoa'] },
  { name: 'Xã Mường Bú', villages: ['Bản Giàn', 'Bản Ít Bon'] },
] as const

const speeches = {
  tiemChung: `Kính thưa toàn thể nhân dân xã Hòa Bình. Ủy ban nhân dân xã thông báo lịch tiêm chủng mở rộng tháng 12. Thời gian từ 7h30 đến 11h ngày 05/12/2026, tại trạm y tế xã. Đề nghị các gia đình mang theo sổ tiêm chủng và thẻ BHYT. Xin trân trọng cảm ơn.`,
  phongChay: `Trạm bảo vệ rừng thông báo: cấp dự báo cháy rừng đang ở cấp ba. Đề nghị bà con không đốt nương rẫy, không mang lửa vào rừng. Khi phát hiện cháy rừng, hãy báo ngay cho trưởng thôn hoặc Ủy ban nhân dân xã.`,
} as const

/** Long enough that its broadcasts are on the air while all pictures are taken. */
const longMs = 12 * 60_000

export async function makePicturedWorld(url: string, setupCode: string, password: string): Promise<PicturedWorld> {
  const administrator = createApiClient(url)
  const setup = {
    code: setupCode,
    userName: 'quantri',
    displayName: 'Nguyễn Thị Hạnh',
    password,
    area: { kind: 'province', name: 'Tỉnh Sơn La' },
  }
  await administrator.post('/api/setup', setup, session)
  const [province] = await administrator.get('/api/areas', z.array(area))
  if (province === undefined) throw new Error('the set-up made no area')
  const { devices, communeIds } = await makeSpeakers(administrator, province.id)
  const [communeId] = communeIds
  if (communeId === undefined) throw new Error('there is no commune')
  const invite = async (
    userName: string,
    displayName: string,
    role: string,
    areaId = communeId,
  ): Promise<ApiClient> => {
    const invited = { userName, displayName, grants: [{ areaId, role }] }
    const { signInCode } = await administrator.post('/api/accounts', invited, invitedAccount)
    const client = createApiClient(url)
    await client.post('/api/session/one-time', { code: signInCode }, session)
    return client
  }
  const editor = await invite('bientap', 'Trần Thị Biên', 'editor')
  const approver = await invite('lanhdao', 'Lê Văn Lãnh', 'approver')
  await invite('kythuat', 'Lò Văn Páo', 'technician')
  const grants = ['editor', 'technician'].map((role) => ({ areaId: communeId, role }))
  const newcomer = { userName: 'nhung.giang', displayName: 'Giàng Thị Nhung', grants }
  const { id: personId } = (await administrator.post('/api/accounts', newcomer, invitedAccount)).account
  const provinceEditor = await invite('bientap.tinh', 'Cầm Thị Mai', 'editor', province.id)
  const provinceApprover = await invite('phong.vh', 'Hoàng Minh Đức', 'approver', province.id)
  await invite('thanhtra', 'Vũ Quốc Anh', 'auditor', province.id)

  await administrator.put(`/api/areas/${province.id}/rules`, rulesOf('05:00', '21:00'), z.unknown())
  await administrator.put(
    `/api/areas/${communeId}/rules`,
    {
      ...rulesOf('05:00', '07:30', '10:30', '12:00', '16:30', '19:30'),
      maxMinutesPerDay: 180,
      languages: ['vi', 'hmn'],
    },
    z.unknown(),
  )
  const group = { areaId: communeId, name: 'Vùng ngập lũ ven suối', deviceIds: devices.slice(3, 6).map(({ id }) => id) }
  await administrator.post('/api/device-groups', group, z.unknown())

  const own = { author: editor, judge: approver, areaId: communeId }
  const ours = { author: provinceEditor, judge: provinceApprover, areaId: province.id }
  const clips = {
    tiemChung: await speak(editor, communeId, 'Tiêm chủng tháng 12', speeches.tiemChung),
    phongChay: await speak(editor, communeId, 'Phòng cháy rừng', speeches.phongChay),
    tone: await upload(editor, communeId, 'ban-tin-thoi-su.wav', 6 * 60_000),
    long: await upload(editor, communeId, 'chuyen-de-nong-nghiep.wav', longMs),
    province: await upload(provinceEditor, province.id, 'bao-cao-tinh.wav', 4 * 60_000),
  }
  const approved = (writer: Writer, title: string, topic: string, clipId: string) =>
    write(writer, { title, topic, clipId }, 'approved')
  const bulletins = {
    tiemChung: await approved(own, 'Lịch tiêm chủng mở rộng tháng 12', 'society', clips.tiemChung),
    phongChay: await approved(own, 'Phòng cháy, chữa cháy rừng mùa khô', 'urgent', clips.phongChay),
    thoiSu: await approved(own, 'Bản tin thời sự địa phương', 'general', clips.tone),
    nongNghiep: await approved(own, 'Kỹ thuật chăm sóc mận hậu sau thu hoạch', 'policy', clips.long),
    guong: await approved(own, 'Gương người tốt, việc tốt: chị Lò Thị Ơn ở bản Phiêng Ban', 'good-deeds', clips.tone),
    tinh: await approved(ours, 'Nghị quyết về hỗ trợ nhà ở cho hộ nghèo năm 2027', 'policy', clips.province),
  }
  await write(own, { title: 'Vệ sinh đường làng sáng thứ Bảy', topic: 'society', clipId: clips.phongChay }, 'pending')
  await write(own, { title: 'Lịch cắt điện tuần tới', topic: 'administration', clipId: clips.tiemChung }, 'pending')
  await write(own, { title: 'Thông báo tuyển quân năm 2027', topic: 'administration', clipId: clips.tone }, 'draft')
  await write(own, { title: 'Thu quỹ khuyến học', topic: 'administration', clipId: clips.phongChay }, 'returned')

  const compose = async (writer: Writer, title: string, bulletinIds: readonly string[]): Promise<string> =>
    (await writer.author.post('/api/programmes', { areaId: writer.areaId, title, bulletinIds }, programme)).id
  const { thoiSu, tiemChung, phongChay, nongNghiep, guong, tinh } = bulletins
  const programmes = {
    morning: await compose(own, 'Chương trình phát thanh buổi sáng', [thoiSu, tiemChung, phongChay]),
    noon: await compose(own, 'Tiêm chủng mở rộng', [tiemChung]),
    evening: await compose(own, 'Chương trình phát thanh buổi chiều', [thoiSu, guong]),
    province: await compose(ours, 'Bản tin của tỉnh', [tinh]),
    clean: await compose(own, 'Phòng cháy rừng', [phongChay]),
    now: await compose(own, 'Chuyên đề nông nghiệp', [nongNghiep]),
  }
  const plan = async (writer: Writer, name: ProgrammeName, hour: string, more: object = {}) => {
    const what = { programmeId: programmes[name], areaId: writer.areaId, firstDate: daysFromNow(0), localTimes: [hour] }
    const made = await writer.author.post('/api/broadcasts', { ...what, rule: 'FREQ=DAILY', ...more }, broadcast)
    return { id: made.id, programme: name, hour }
  }
  const broadcasts = [
    await plan(own, 'morning', '05:30'),
    await plan(own, 'noon', '11:15'),
    await plan(own, 'evening', '17:00', { skipHolidays: true }),
    await plan(ours, 'province', '18:00', { priority: 'priority' }),
    await plan(own, 'clean', '06:45', { rule: 'FREQ=WEEKLY;BYDAY=SA,SU', priority: 'filler' }),
  ]
  const byId = Object.entries(bulletins).map(([name, id]) => ({ id, title: name }))
  return {
    administrator,
    editor,
    provinceId: province.id,
    personId,
    communeId,
    devices,
    programmes,
    broadcasts,
    bulletins: byId,
  }
}

/** Puts the long programme on the air a few seconds from now, whatever the hour: the permitted hours are widened for it. */
export async function playNow(world: PicturedWorld): Promise<void> {
  const startAtMs = Date.now() + 8_000
  const { date, time } = localParts(startAtMs)
  await world.administrator.put(`/api/areas/${world.provinceId}/rules`, rulesOf('00:00', '24:00'), z.unknown())
  const open = { ...rulesOf('00:00', '24:00'), maxMinutesPerDay: 240, languages: ['vi', 'hmn'] }
  await world.administrator.put(`/api/areas/${world.communeId}/rules`, open, z.unknown())
  const what = { programmeId: world.programmes.now, areaId: world.communeId, rule: null }
  await world.editor.post('/api/broadcasts', { ...what, firstDate: date, localTimes: [time] }, broadcast)
}

interface Writer {
  readonly author: ApiClient
  readonly judge: ApiClient
  readonly areaId: string
}

async function makeSpeakers(administrator: ApiClient, provinceId: string) {
  const devices: PicturedDevice[] = []
  const communeIds: string[] = []
  for (const [index, { name, villages }] of communes.entries()) {
    const commune = await administrator.post('/api/areas', { parentId: provinceId, kind: 'commune', name }, area)
    communeIds.push(commune.id)
    for (const village of villages) {
      const place = { parentId: commune.id, kind: 'village', name: village }
      const { id: areaId } = await administrator.post('/api/areas', place, area)
      for (const pole of [`Cụm loa ${village}`, `Nhà văn hóa ${village}`].slice(0, index === 0 ? 2 : 1)) {
        const made = await administrator.post('/api/devices', { areaId, name: pole }, device)
        const { code } = await administrator.post(`/api/devices/${made.id}/enrolment-code`, {}, newEnrolmentCode)
        devices.push({ id: made.id, name: pole, areaId, code, isOwn: index === 0 })
      }
    }
  }
  return { devices, communeIds }
}

const everyDay = [1, 2, 3, 4, 5, 6, 7]
/** Windows of every day, as pairs of hours. */
function rulesOf(...hours: readonly string[]): object {
  const windows = []
  for (let at = 0; at + 1 < hours.length; at += 2) windows.push({ days: everyDay, from: hours[at], to: hours[at + 1] })
  return {
    hours: windows,
    maxSessionsPerDay: null,
    maxMinutesPerSession: null,
    maxMinutesPerDay: null,
    volumes: null,
    leadIn: null,
    languages: [],
  }
}

async function untilReady(author: ApiClient, id: string): Promise<string> {
  await waitFor(author, 'a clip', 120_000, async () => {
    const { state, rejection } = await author.get(`/api/clips/${id}`, clip)
    if (state === 'rejected') throw new Error(rejection?.text ?? 'a clip was rejected')
    return state === 'ready' ? true : undefined
  })
  return id
}

async function speak(author: ApiClient, areaId: string, name: string, text: string): Promise<string> {
  const { id } = await author.post('/api/clips/speech', { areaId, name, text, voice: 'vi' }, clip)
  return untilReady(author, id)
}

async function upload(author: ApiClient, areaId: string, name: string, durationMs: number): Promise<string> {
  const wav = makeToneWav([{ frequencyHz: 440, durationMs }])
  const { id } = await author.upload(`/api/clips?areaId=${areaId}&name=${encodeURIComponent(name)}`, wav, clip)
  return untilReady(author, id)
}

async function write(
  { author, judge, areaId }: Writer,
  content: { title: string; topic: string; clipId: string },
  state: 'draft' | 'pending' | 'approved' | 'returned',
): Promise<string> {
  const { id, current } = await author.post('/api/bulletins', { areaId, language: 'vi', ...content }, bulletin)
  if (state === 'draft') return id
  const submitted = await author.post(`/api/bulletins/${id}/submit`, { revisionId: current.id }, bulletin)
  if (state === 'pending') return id
  const judged = { revisionId: submitted.current.id, contentHash: submitted.current.contentHash }
  if (state === 'approved') await judge.post(`/api/bulletins/${id}/approve`, judged, bulletin)
  else {
    const comment = 'Cần ghi rõ mức đóng và thời hạn nộp trước khi phát.'
    await judge.post(`/api/bulletins/${id}/return`, { ...judged, comment }, bulletin)
  }
  return id
}

const zone = 'Asia/Ho_Chi_Minh'

export function localParts(atMs: number): { date: string; time: string } {
  const parts = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }).format(
    atMs,
  )
  const [date = '', time = ''] = parts.split(' ')
  return { date, time }
}

export function daysFromNow(days: number): string {
  return localParts(Date.now() + days * 86_400_000).date
}

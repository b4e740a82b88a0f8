import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { z } from 'zod'
import { hashBytes, newId } from '#protocol/ids.ts'
import { area } from '#server/areas/schemas.ts'
import { session } from '#server/auth/schemas.ts'
import { createApiClient } from '../tools/api-client.ts'

export interface Province {
  readonly devices: readonly { readonly id: string; readonly secret: string }[]
  /** Moves the broadcast that the whole province hears to another time of the day. */
  changeTime(localTime: string): Promise<void>
}

const named = z.object({ id: z.string() })
const SECRET = 'the same for all: the broker checks one all the same'

/**
 * A province of communes with devices and daily broadcasts of their own, and one that all of them hear. Written into the
 * tables as enrolment and planning leave them: through the public API it would take hours.
 */
export async function makeProvince(
  server: { url: string; setupCode: string },
  owner: pg.Client,
  size: { readonly devices: number; readonly communes: number; readonly broadcasts: number },
): Promise<Province> {
  const official = createApiClient(server.url)
  const person = { userName: 'quantri', displayName: 'Quản trị', password: 'một mật khẩu rất dài' }
  const setup = { ...person, code: server.setupCode, area: { kind: 'province', name: 'Tỉnh Hòa Bình' } }
  const { account } = await official.post('/api/setup', setup, session)
  const [root] = await official.get('/api/areas', z.array(area))
  if (root === undefined) throw new Error('no area')
  const grants = [...account.grants, ...['province_official', 'editor'].map((role) => ({ areaId: root.id, role }))]
  await grantRoles(owner, account.id, grants)
  const now = Date.now()
  const ids = (count: number): string[] => Array.from({ length: count }, () => newId(now))
  const communes = ids(size.communes)
  await owner.query(
    `INSERT INTO area (id, parent_id, kind, name, path, created_at)
     SELECT id, $2, 'commune', 'Xã ' || place, ARRAY[$2::uuid, id], now()
       FROM unnest($1::uuid[]) WITH ORDINALITY AS n(id, place)`,
    [communes, root.id],
  )
  const devices = ids(size.devices)
  await owner.query(
    `INSERT INTO device (id, area_id, name, volume_percent, created_at)
     SELECT id, ($2::uuid[])[1 + place % cardinality($2::uuid[])], 'Loa ' || place, 80, now()
       FROM unnest($1::uuid[]) WITH ORDINALITY AS n(id, place)`,
    [devices, communes],
  )
  await owner.query(
    `INSERT INTO installation (id, device_id, public_key, secret_hash, hardware_serial, enrolled_at)
     SELECT gen_random_uuid(), id, id::text, $2, 'bench-' || place, now()
       FROM unnest($1::uuid[]) WITH ORDINALITY AS n(id, place)`,
    [devices, hashBytes(SECRET)],
  )
  const programmes = await makeProgrammes(owner, account.id, [root.id, ...communes])
  const day = new Date(now - 86_400_000).toISOString().slice(0, 10)
  const local = Array.from({ length: size.broadcasts }, (_, index) => ({
    id: newId(now),
    place: index % communes.length,
    time: `${String(5 + (Math.floor(index / communes.length) % 15)).padStart(2, '0')}:${String(index % 60).padStart(2, '0')}:00`,
  }))
  await owner.query(
    `INSERT INTO broadcast (id, programme_id, area_id, priority, rule, local_times, time_zone, first_date, created_by_id,
       created_at, updated_at)
     SELECT b.id, ($2::uuid[])[b.place + 2], ($3::uuid[])[b.place + 1], 'normal', 'FREQ=DAILY', ARRAY[b.time],
       'Asia/Ho_Chi_Minh', $4, $5, now(), now()
       FROM jsonb_to_recordset($1::jsonb) AS b(id uuid, place int, time text)`,
    [JSON.stringify(local), programmes, communes, day, account.id],
  )
  const when = { priority: 'priority', rule: 'FREQ=DAILY', localTimes: ['05:00'], lastDate: null }
  const firstDate = new Date(now + 2 * 86_400_000).toISOString().slice(0, 10)
  const [programmeId] = programmes
  const made = await official.post('/api/broadcasts', { programmeId, areaId: root.id, firstDate, ...when }, named)
  return {
    devices: devices.map((id) => ({ id, secret: SECRET })),
    async changeTime(localTime) {
      await official.patch(`/api/broadcasts/${made.id}`, { ...when, firstDate, localTimes: [localTime] }, named)
    },
  }
}

async function grantRoles(
  owner: pg.Client,
  accountId: string,
  grants: readonly { areaId: string; role: string }[],
): Promise<void> {
  for (const { areaId, role } of grants) {
    await owner.query(
      'INSERT INTO role_grant (account_id, area_id, role) VALUES ($1, $2, $3::"Role") ON CONFLICT DO NOTHING',
      [accountId, areaId, role],
    )
  }
}

/** A programme of one approved bulletin of five minutes for each area. */
async function makeProgrammes(owner: pg.Client, accountId: string, areaIds: readonly string[]): Promise<string[]> {
  const programmes: string[] = []
  for (const [index, areaId] of areaIds.entries()) {
    const at = new Date()
    const [clip, bulletin, revision, programme, item] = Array.from({ length: 5 }, () => newId(at.getTime()))
    await owner.query(
      `INSERT INTO clip (id, area_id, source, state, original_name, sha256, bytes, duration_ms, created_by_id, created_at, updated_at)
       VALUES ($1, $2, 'upload', 'ready', 'a', $3, 1200000, 300000, $4, $5, $5)`,
      [clip, areaId, hashBytes(randomUUID()), accountId, at],
    )
    await owner.query('INSERT INTO bulletin (id, area_id, created_at) VALUES ($1, $2, $3)', [bulletin, areaId, at])
    await owner.query(
      `INSERT INTO bulletin_revision (id, bulletin_id, number, title, topic, language, clip_id, content_hash, state, author_id, created_at)
       VALUES ($1, $2, 1, $3, 'policy', 'vi', $4, 'x', 'approved', $5, $6)`,
      [revision, bulletin, `Bản tin ${index}`, clip, accountId, at],
    )
    await owner.query(
      'INSERT INTO programme (id, area_id, title, created_at, updated_at) VALUES ($1, $2, $3, $4, $4)',
      [programme, areaId, `Chương trình ${index}`, at],
    )
    await owner.query('INSERT INTO programme_item (id, programme_id, bulletin_id, position) VALUES ($1, $2, $3, 0)', [
      item,
      programme,
      bulletin,
    ])
    if (programme !== undefined) programmes.push(programme)
  }
  return programmes
}

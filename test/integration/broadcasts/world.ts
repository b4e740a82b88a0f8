import { type DeviceId, deviceId, hashBytes, newId } from '#protocol/ids.ts'
import { type InstantMs, instantMs } from '#protocol/time.ts'
import type { Actor, Role } from '#server/auth/rules.ts'
import type { Clock } from '#server/clock.ts'
import type { TestDatabase } from '../../support/database.ts'

/** A clock that a test moves by hand. */
export interface TestClock extends Clock {
  set(iso: string): void
  advance(ms: number): void
}

export function createTestClock(iso: string): TestClock {
  let now = Date.parse(iso)
  return {
    now: () => instantMs.parse(now),
    monotonicMs: () => now,
    set: (to) => {
      now = Date.parse(to)
    },
    advance: (ms) => {
      now += ms
    },
  }
}

export const at = (iso: string): InstantMs => instantMs.parse(Date.parse(iso))

export interface TestArea {
  id: string
  path: string[]
}

/** Rows that other features write, made straight in the database. */
export function createWorld(db: Pick<TestDatabase, 'prisma'>, clock: Clock) {
  const now = (): Date => new Date(clock.now())
  const draw = (): string => newId(clock.now())

  async function area(kind: 'province' | 'commune' | 'village', parent?: TestArea): Promise<TestArea> {
    const id = draw()
    const path = [...(parent?.path ?? []), id]
    await db.prisma.area.create({
      data: { id, parentId: parent?.id ?? null, kind, name: `${kind} ${id.slice(-6)}`, path, createdAt: now() },
    })
    return { id, path }
  }

  async function account(area: TestArea, role: Role): Promise<Actor> {
    const id = draw()
    const name = `user-${id}`
    await db.prisma.account.create({ data: { id, userName: name, displayName: name, createdAt: now() } })
    await db.prisma.roleGrant.create({ data: { accountId: id, areaId: area.id, role } })
    return {
      accountId: id,
      userName: name,
      displayName: name,
      grants: [{ areaId: area.id, areaPath: area.path, role }],
    }
  }

  /** A device in service; with hardware and an empty ledger unless `enrolled` is false. */
  async function device(
    area: TestArea,
    options: { enrolled?: boolean } = {},
  ): Promise<{ id: DeviceId; ledgerId: string }> {
    const [id, installationId, ledgerId] = [deviceId.parse(draw()), draw(), draw()]
    await db.prisma.device.create({ data: { id, areaId: area.id, name: `loa ${id}`, createdAt: now() } })
    if (options.enrolled === false) return { id, ledgerId }
    await db.prisma.installation.create({
      data: {
        id: installationId,
        deviceId: id,
        publicKey: `key-${id}`,
        secretHash: 'x',
        hardwareSerial: 'x',
        enrolledAt: now(),
      },
    })
    await db.prisma.ledger.create({
      data: { id: ledgerId, installationId, deviceId: id, state: 'open', hash: '0'.repeat(64), createdAt: now() },
    })
    return { id, ledgerId }
  }

  async function bulletin(
    area: TestArea,
    author: Actor,
    options: { state?: 'draft' | 'approved'; durationMs?: number; topic?: string; bytes?: Uint8Array } = {},
  ): Promise<{ id: string; sha256: string }> {
    const [id, clipId] = [draw(), draw()]
    const sha256 = hashBytes(options.bytes ?? clipId)
    await db.prisma.clip.create({
      data: {
        id: clipId,
        areaId: area.id,
        source: 'upload',
        state: 'ready',
        originalName: 'x.wav',
        sha256,
        bytes: options.bytes?.byteLength ?? 1_000,
        durationMs: options.durationMs ?? 60_000,
        createdById: author.accountId,
        createdAt: now(),
        updatedAt: now(),
      },
    })
    await db.prisma.bulletin.create({ data: { id, areaId: area.id, createdAt: now() } })
    await revise({ id }, clipId, author, options)
    return { id, sha256 }
  }

  async function revise(
    bulletin: { id: string },
    clipId: string,
    author: Actor,
    options: { state?: 'draft' | 'approved'; topic?: string } = {},
  ): Promise<void> {
    const number = 1 + (await db.prisma.bulletinRevision.count({ where: { bulletinId: bulletin.id } }))
    await db.prisma.bulletinRevision.create({
      data: {
        id: draw(),
        bulletinId: bulletin.id,
        number,
        title: `Bản tin ${number}`,
        topic: options.topic ?? 'policy',
        language: 'vi',
        clipId,
        contentHash: 'x',
        state: options.state ?? 'approved',
        authorId: author.accountId,
        createdAt: now(),
      },
    })
  }

  async function programme(area: TestArea, bulletins: readonly { id: string }[]): Promise<{ id: string }> {
    const id = draw()
    await db.prisma.programme.create({
      data: { id, areaId: area.id, title: 'Chương trình sáng', createdAt: now(), updatedAt: now() },
    })
    for (const [position, bulletin] of bulletins.entries()) {
      await db.prisma.programmeItem.create({
        data: { id: draw(), programmeId: id, bulletinId: bulletin.id, position },
      })
    }
    return { id }
  }

  return { area, account, device, bulletin, revise, programme, draw }
}
export type World = ReturnType<typeof createWorld>

import { readdir } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { systemClock } from '#agent/clock.ts'
import { openReplayMemory } from '#agent/io/replay-memory.ts'
import { alertId, messageId } from '#protocol/ids.ts'
import { instantMs } from '#protocol/time.ts'
import { id, makeFolder, makeLog } from './fixtures.ts'

describe('the memory of alerts', () => {
  it('keeps the last word on disk, however many were written down at once', async () => {
    const stateDir = await makeFolder()
    const now = systemClock.now()
    const memory = await openReplayMemory(stateDir, makeLog().log)
    const alerts = Array.from({ length: 20 }, () => ({
      alertId: alertId.parse(id()),
      messageId: messageId.parse(id()),
      sequence: 1,
      expiresAt: instantMs.parse(now + 60_000),
    }))
    const writes = (['in-force', 'done'] as const).flatMap((state) =>
      alerts.map((alert) => memory.rememberAlert({ ...alert, state }, now)),
    )
    await memory.whenWritten()
    expect((await readdir(stateDir)).filter((name) => name !== 'replay.json')).toEqual([])
    const again = await openReplayMemory(stateDir, makeLog().log)
    expect(alerts.map((alert) => again.alert(alert.alertId)?.state)).toEqual(alerts.map(() => 'done'))
    await Promise.all(writes)
  })

  it('outlives its expiry by more than the device can be ahead of the server, and no longer than that', async () => {
    const stateDir = await makeFolder()
    const now = systemClock.now()
    const memory = await openReplayMemory(stateDir, makeLog().log)
    const cancelled = alertId.parse(id())
    const command = messageId.parse(id())
    const expiresAt = instantMs.parse(now + 60_000)
    const said = {
      alertId: cancelled,
      messageId: messageId.parse(id()),
      sequence: 2,
      expiresAt,
      state: 'cancelled',
    } as const
    await memory.rememberAlert(said, now)
    await memory.rememberCommand(command, expiresAt, now)
    const knownAfter = async (minutes: number) => {
      const other = { ...said, alertId: alertId.parse(id()), expiresAt: instantMs.parse(now + 86_400_000) }
      await memory.rememberAlert(other, now + minutes * 60_000)
      const again = await openReplayMemory(stateDir, makeLog().log)
      return [again.alert(cancelled)?.state, again.isKnownCommand(command)]
    }
    expect(await knownAfter(15)).toEqual(['cancelled', true])
    expect(await knownAfter(17)).toEqual([undefined, false])
  })
})

import type { Logger } from 'pino'
import type { DeviceId } from '#protocol/ids.ts'
import type { Database } from '#server/db.ts'
import type { BrokerAccounts, DeviceLink } from '#server/mqtt/link.ts'
import { findInstallation, findSecretHash, listWithoutInstallation } from './store.ts'

/**
 * Brings the broker to what the database says of a device's installation. The database decides, and is asked at the
 * device's turn: whatever order enrolling and revoking come in, the broker ends up with what was committed last.
 */
export interface BrokerDesk {
  /**
   * The installation's account on the broker; `isReplacement`: an earlier one's connection may still stand. Another answer
   * than `admitted`: the installation is not in force any more, and the broker was told nothing. Rejects when the broker
   * could not be told; the device repeats its enrolment then.
   */
  admit(
    installation: { readonly id: string; readonly deviceId: DeviceId },
    secret: string,
    isReplacement: boolean,
  ): Promise<'admitted' | 'revoked' | 'replaced'>
  /**
   * Ends account and connection of a device without an installation. False: the broker could not be told now, and is as
   * soon as it is back. A device that was enrolled anew meanwhile is left alone.
   */
  expel(id: DeviceId): Promise<boolean>
  /** The broker is there (again): what it missed, nobody knows. */
  cameBack(): void
  /** Repeats what the broker could not be told. To be called now and then. */
  settle(): Promise<void>
  idle(): Promise<void>
}

export function createBrokerDesk(deps: {
  readonly db: Pick<Database, 'prisma' | 'pool'>
  readonly log: Logger
  readonly link: Pick<DeviceLink, 'disconnect' | 'isUp'>
  readonly brokerAccounts: BrokerAccounts
  /** Told of devices that are shut out, before the broker is. */
  readonly onExpelled?: (id: DeviceId) => void
}): BrokerDesk {
  const { db, log, link, brokerAccounts } = deps
  const turns = new Map<DeviceId, Promise<unknown>>()
  /** Some device without an installation may have an account in force. */
  let isOwed = false
  let settling: Promise<void> = Promise.resolve()

  /** One device's matters one after another, each after it has looked at the database anew. */
  function inTurn<T>(id: DeviceId, act: () => Promise<T>): Promise<T> {
    const mine = (turns.get(id) ?? Promise.resolve()).then(act, act)
    turns.set(id, mine)
    const leave = (): void => {
      if (turns.get(id) === mine) turns.delete(id)
    }
    mine.then(leave, leave)
    return mine
  }

  const shutOut = (id: DeviceId, act: () => Promise<void>): Promise<void> =>
    inTurn(id, async () => {
      if ((await findSecretHash(db.pool, id)) === undefined) await act()
    })

  async function settleOnce(): Promise<void> {
    if (!isOwed || !link.isUp()) return
    isOwed = false
    try {
      // The account alone: a broker that takes it away ends its connection too.
      for (const id of await listWithoutInstallation(db.pool)) await shutOut(id, () => brokerAccounts.revoke(id))
    } catch (error) {
      isOwed = true
      log.error({ err: error }, 'the broker could not be told of all revoked devices; trying again')
    }
  }
  function settle(): Promise<void> {
    settling = settling.then(settleOnce)
    return settling
  }

  return {
    admit: ({ id, deviceId }, secret, isReplacement) =>
      inTurn(deviceId, async () => {
        const present = await findInstallation(db.prisma, deviceId)
        if (present === null) return 'revoked'
        if (present.id !== id) return 'replaced'
        // In this order: what the broker ends up with is the account of the new installation.
        if (isReplacement) await link.disconnect(deviceId)
        await brokerAccounts.create(deviceId, secret)
        return 'admitted'
      }),
    async expel(id) {
      deps.onExpelled?.(id)
      try {
        await shutOut(id, async () => {
          await brokerAccounts.revoke(id)
          await link.disconnect(id)
        })
        return true
      } catch (error) {
        isOwed = true
        log.error({ err: error, deviceId: id }, 'the broker could not be told that a device is revoked; trying again')
        return false
      }
    },
    cameBack() {
      isOwed = true
      void settle()
    },
    settle,
    async idle() {
      await settling
      await Promise.allSettled(turns.values())
    },
  }
}

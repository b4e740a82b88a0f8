import { describe, expect, it } from 'vitest'
import type { Trust } from '#agent/io/trust.ts'
import { createSession } from '#agent/session.ts'
import { deviceId, hashBytes, ledgerId, newId } from '#protocol/ids.ts'
import type { LedgerAck } from '#protocol/ledger.ts'
import { instantMs } from '#protocol/time.ts'
import { deviceTopic } from '#protocol/topics.ts'

const now = instantMs.parse(1_770_000_000_000)
const clock = { now: () => now, monotonicMs: () => 0, after: () => () => {} }
const nobody: Trust = {
  newestSignedAt: null,
  generation: 0,
  verifyWelcome: async () => ({ ok: false, reason: 'malformed', error: 'nothing is signed here' }),
  verifyTarget: async () => ({ ok: false, reason: 'malformed', error: 'nothing is signed here' }),
  verifyAlert: async () => ({ ok: false, reason: 'malformed', error: 'nothing is signed here' }),
  verifyCommand: async () => ({ ok: false, reason: 'malformed', error: 'nothing is signed here' }),
}
const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

describe('a session that stops', () => {
  it('finishes the messages that came before, and takes none after', async () => {
    const device = deviceId.parse(newId(now))
    const taken: number[] = []
    let finish = (): void => {}
    const session = createSession({
      deviceId: device,
      link: { publish: async () => {} },
      trust: nobody,
      refusals: { note: () => {} },
      clock,
      random: () => 0,
      handlers: {
        makeHello: () => {
          throw new Error('not connected')
        },
        onWelcome: async () => {},
        onTarget: async () => {},
        onAlert: async () => {},
        onCommand: async () => {},
        onLedgerAck: async ({ seq }) => {
          await new Promise<void>((resolve) => {
            finish = resolve
          })
          taken.push(seq)
        },
        onClipBlock: () => {},
      },
      log,
    })
    const tell = (seq: number): void => {
      const ack: LedgerAck = { ledgerId: ledgerId.parse(newId(now)), seq, hash: hashBytes(''), status: 'committed' }
      session.onMessage(deviceTopic(device, 'ledger-ack'), Buffer.from(JSON.stringify(ack)))
    }
    tell(1)
    let isStopped = false
    const stopped = session.stop().then(() => {
      isStopped = true
    })
    tell(2)
    await new Promise(setImmediate)
    expect([taken, isStopped]).toEqual([[], false])
    finish()
    await stopped
    expect(taken).toEqual([1])
  })
})

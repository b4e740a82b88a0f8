import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { followKeyChain, type KeyPosition } from '#protocol/key-chain.ts'
import { limits } from '#protocol/limits.ts'
import { type CompactJws, createSigner, toJwk } from '#protocol/signing.ts'
import { WELCOME_BUDGET_BYTES } from '#server/alerts/rules.ts'

const newKey = () => generateKeyPairSync('ed25519').privateKey
const [a, b, c, thief, recovery, stranger] = [newKey(), newKey(), newKey(), newKey(), newKey(), newKey()]

const link = (by: KeyObject, key: KeyObject, generation = 0): Promise<CompactJws> =>
  createSigner(by).sign('key-rotation', JSON.stringify({ sequence: 1, generation, newKey: toJwk(key), rotatedAt: 1 }))
const at = (key: KeyObject, generation = 0): KeyPosition => ({ key: toJwk(key), generation })

describe('following the key chain', () => {
  const cases: [string, KeyPosition, Promise<CompactJws>[], KeyPosition][] = [
    ['no rotation', at(a), [], at(a)],
    ['two rotations, for a device that was away for years', at(a), [link(a, b), link(b, c)], at(c)],
    ['enrolled after the first rotation', at(b), [link(a, b), link(b, c)], at(c)],
    ['a link that a stranger signed', at(a), [link(a, b), link(stranger, stranger)], at(b)],
    ['a link from before the recovery key was written down', at(a), [link(recovery, c, 1)], at(c, 1)],
    ['a rotation after a recovery', at(a), [link(recovery, b, 1), link(b, c, 1)], at(c, 1)],
    ['the thief of an earlier key forks the chain: too late', at(b), [link(a, thief)], at(b)],
    ['a fork for a device that was away cannot be told from a rotation', at(a), [link(a, thief)], at(thief)],
    ['… but a recovery takes it back', at(thief), [link(recovery, b, 1)], at(b, 1)],
    ['… however long the thief’s branch is', at(thief), [link(a, b), link(recovery, c, 1)], at(c, 1)],
    ['after a recovery the thief’s key names nobody', at(b, 1), [link(thief, thief), link(a, thief, 1)], at(b, 1)],
    ['a thief’s link cannot raise the generation', at(a), [link(a, thief, 7)], at(a)],
    ['an earlier recovery again', at(c, 2), [link(recovery, b, 1)], at(c, 2)],
    ['the same recovery again', at(c, 1), [link(recovery, b, 1)], at(c, 1)],
    ['a recovery without a higher generation', at(a), [link(recovery, b, 0)], at(a)],
    ['the highest generation wins', at(a), [link(recovery, b, 1), link(recovery, c, 2)], at(c, 2)],
  ]
  test.each(cases)('%s', async (_name, held, chain, expected) => {
    expect(await followKeyChain(held, toJwk(recovery), await Promise.all(chain))).toEqual(expected)
  })

  test('before a recovery key is pinned none is believed', async () => {
    expect(await followKeyChain(at(a), null, [await link(recovery, b, 1), await link(a, c)])).toEqual(at(c))
  })

  test('the longest chain fits a welcome beside the alerts in force', async () => {
    const newest = { sequence: 100, generation: 4_000_000_000, newKey: toJwk(a), rotatedAt: 9_999_999_999_999 }
    const jws = await createSigner(a).sign('key-rotation', JSON.stringify(newest))
    const rest = 4_000
    const welcomeBytes = WELCOME_BUDGET_BYTES + limits.maxKeyChainLinks * (jws.length + 3) + rest
    expect((welcomeBytes * 4) / 3).toBeLessThan(limits.maxPayloadBytes)
  })
})

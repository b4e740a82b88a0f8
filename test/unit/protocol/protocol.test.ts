import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { decodeClipBlock, encodeClipBlock } from '#protocol/clip.ts'
import { decodeJson } from '#protocol/codec.ts'
import { codeNamesKey, enrolmentCode, makeEnrolmentCode } from '#protocol/enrolment.ts'
import { areaId, deviceId, hashBytes, makeOccurrenceId, newId, parseOccurrenceId } from '#protocol/ids.ts'
import { limits } from '#protocol/limits.ts'
import { createSigner, thumbprint, toJwk, verifySigned } from '#protocol/signing.ts'
import { alertTopic, deviceTopic, mayPublish, maySubscribe, parseTopic } from '#protocol/topics.ts'

const me = deviceId.parse('018f0000-0000-7000-8000-00000000abcd')
const other = deviceId.parse('018f0000-0000-7000-8000-000000000002')
const area = areaId.parse('018f0000-0000-7000-8000-0000000000aa')
const newKey = () => generateKeyPairSync('ed25519').privateKey

describe('access rules of the topics', () => {
  test.each([
    [deviceTopic(me, 'hello'), true],
    [deviceTopic(me, 'ledger'), true],
    [deviceTopic(me, 'target'), false],
    [deviceTopic(other, 'hello'), false],
    // One id is one text: in capitals it would be a second name for the same device.
    [deviceTopic(me, 'hello').replace(me, me.toUpperCase()), false],
    [alertTopic(area), false],
    ['$SYS/broker', false],
    [`${deviceTopic(me, 'hello')}/x`, false],
  ])('publish to %s: %s', (topic, allowed) => {
    expect(mayPublish(me, topic)).toBe(allowed)
  })
  test.each([
    [deviceTopic(me, 'target'), true],
    [deviceTopic(me, 'hello'), false],
    [deviceTopic(other, 'target'), false],
    [alertTopic(area), true],
    [`loaxa/v1/live/${me}`, true],
    ['loaxa/v1/area/+/alert', false],
    ['loaxa/v1/device/+/target', false],
    ['#', false],
    ['$SYS/#', false],
    [`$share/group/${deviceTopic(me, 'target')}`, false],
  ])('subscribe to %s: %s', (filter, allowed) => {
    expect(maySubscribe(me, filter)).toBe(allowed)
  })
  test('a topic that is none of ours names nothing', () => {
    expect(parseTopic('loaxa/v2/device/x/hello')).toBeUndefined()
    expect(parseTopic('')).toBeUndefined()
  })
})

describe('signatures', () => {
  const schema = z.object({ n: z.number() })
  const [server, stranger] = [newKey(), newKey()]
  const trusted = [toJwk(server)]
  test('what the server signed is accepted as what it says it is', async () => {
    const jws = await createSigner(server).sign('target', '{"n":1}')
    expect(await verifySigned('target', schema, trusted, jws)).toMatchObject({ ok: true, value: { n: 1 } })
    expect(await verifySigned('command', schema, trusted, jws)).toMatchObject({ ok: false, reason: 'wrong-type' })
  })
  test.each([
    ['a stranger’s key', async () => createSigner(stranger).sign('target', '{"n":1}'), 'unknown-key'],
    [
      'a changed payload',
      async () => {
        const [head, , signature] = (await createSigner(server).sign('target', '{"n":1}')).split('.')
        return `${head}.${Buffer.from('{"n":2}').toString('base64url')}.${signature}`
      },
      'bad-signature',
    ],
    [
      'alg none',
      async () => `${Buffer.from('{"alg":"none","typ":"loaxa-target+jws"}').toString('base64url')}.e30.x`,
      'wrong-type',
    ],
    ['rubbish', async () => 'a.b.c', 'malformed'],
    ['a payload of another shape', async () => createSigner(server).sign('target', '{"m":1}'), 'malformed'],
  ] satisfies [string, () => Promise<string>, string][])('%s is refused', async (_what, make, reason) => {
    expect(await verifySigned('target', schema, trusted, await make())).toMatchObject({ ok: false, reason })
  })
  test('a thumbprint is that of RFC 7638, as RFC 8037 appendix A.3 prints it', () => {
    const key = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' } as const
    expect(thumbprint(key)).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k')
  })
})

describe('enrolment codes', () => {
  const key = toJwk(newKey())
  test('a code names its server’s key, and survives being typed by a person', () => {
    const code = makeEnrolmentCode(key)
    const typed = ` ${code.toLowerCase().replaceAll('0', 'o').replaceAll('1', 'l')} `
    expect(enrolmentCode.parse(typed)).toBe(code)
    expect(codeNamesKey(code, key)).toBe(true)
    expect(codeNamesKey(code, toJwk(newKey()))).toBe(false)
  })
  test('no two codes are alike', () => {
    expect(new Set(Array.from({ length: 200 }, () => makeEnrolmentCode(key))).size).toBe(200)
  })
})

describe('clip blocks', () => {
  const sha256 = hashBytes('clip')
  test.each([
    { status: 'block', sha256, offset: 4096, totalBytes: 5000, block: new Uint8Array([1, 2, 3]) },
    {
      status: 'block',
      sha256,
      offset: 0,
      totalBytes: limits.maxBlockBytes,
      block: new Uint8Array(limits.maxBlockBytes),
    },
    { status: 'unknown', sha256 },
    { status: 'busy', sha256, retryAfterMs: 1500 },
  ] as const)('$status comes through', (message) => {
    const decoded = decodeClipBlock(encodeClipBlock(message))
    expect(decoded.ok).toBe(true)
    if (!decoded.ok) return
    expect({
      ...decoded.value,
      ...('block' in decoded.value ? { block: new Uint8Array(decoded.value.block) } : {}),
    }).toEqual(message)
  })
  test.each([
    ['empty', new Uint8Array(0)],
    ['too long', new Uint8Array(limits.maxBlockBytes + 47)],
    ['another version', new Uint8Array(46).fill(2)],
    [
      'beyond its end',
      encodeClipBlock({ status: 'block', sha256, offset: 10, totalBytes: 11, block: new Uint8Array(5) }),
    ],
  ])('%s is refused', (_what, payload) => {
    expect(decodeClipBlock(payload).ok).toBe(false)
  })
})

test('an occurrence’s id keeps its broadcast and its original start', () => {
  const startAtMs = Date.UTC(2026, 10, 24, 22, 30, 0)
  const id = makeOccurrenceId(me, startAtMs)
  expect(id).toBe(`${me}@20261124T223000Z`)
  expect(parseOccurrenceId(id)).toEqual({ broadcastId: me, originalStartAtMs: startAtMs })
})

test('ids are UUIDs of version 7, in order of time', () => {
  const ids = [1_700_000_000_000, 1_700_000_000_001, 1_800_000_000_000].map(newId)
  expect(ids.map((id) => z.uuidv7().safeParse(id).success)).toEqual([true, true, true])
  expect([...ids].sort()).toEqual(ids)
})

test.each([
  ['not JSON', '{'],
  ['another shape', '{"n":"x"}'],
  ['not UTF-8', new Uint8Array([0xff, 0xfe])],
  ['too large', new Uint8Array(limits.maxPayloadBytes + 1)],
])('a message that is %s is an error value, not an exception', (_what, payload) => {
  expect(decodeJson(z.object({ n: z.number() }), payload)).toMatchObject({ ok: false })
})

import { generateKeyPairSync } from 'node:crypto'
import { cp, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { systemClock } from '#agent/clock.ts'
import { enrol } from '#agent/enrol.ts'
import { readIdentity } from '#agent/io/identity.ts'
import { say, texts } from '#agent/texts.ts'
import { type EnrolmentRequest, enrolmentRequest, isProven, makeEnrolmentCode } from '#protocol/enrolment.ts'
import { createSigner, thumbprint, toJwk } from '#protocol/signing.ts'
import { id, makeFolder } from './fixtures.ts'

const newKey = () => generateKeyPairSync('ed25519').privateKey

async function readBody(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += chunk
  return text
}

/** The enrolment door of a server: its codes, and what a test makes it do. */
async function startDoor() {
  const [key, otherKey] = [newKey(), newKey()]
  const door = {
    requests: [] as EnrolmentRequest[],
    answersWith: 'grant' as
      | 'grant'
      | 'hangs-up'
      | 'used'
      | 'replaced'
      | 'other-audience'
      | 'other-key'
      | 'forged'
      | 'garbage',
    used: new Map<string, { publicKey: string; deviceId: string }>(),
  }
  const server = createServer(async (request, response) => {
    const asked = enrolmentRequest.parse(JSON.parse(await readBody(request)))
    if (!(await isProven(asked, asked.publicKey, asked.proof ?? ''))) throw new Error('unproven')
    door.requests.push(asked)
    if (door.answersWith === 'replaced') {
      response.writeHead(410, { 'content-type': 'application/problem+json' })
      response.end(JSON.stringify({ code: 'installation-replaced', title: 'Thiết bị này đã được thay.' }))
      return
    }
    const known = door.used.get(asked.code)
    if (door.answersWith === 'used' || (known !== undefined && known.publicKey !== asked.publicKey.x)) {
      response.writeHead(409, { 'content-type': 'application/problem+json' })
      response.end(JSON.stringify({ code: 'code-already-used', title: 'Mã này đã được dùng.' }))
      return
    }
    const deviceId = known?.deviceId ?? id()
    door.used.set(asked.code, { publicKey: asked.publicKey.x, deviceId })
    if (door.answersWith === 'hangs-up') {
      response.destroy()
      return
    }
    if (door.answersWith === 'garbage') {
      response.end('<html>Welcome to the router</html>')
      return
    }
    const serverKey = toJwk(door.answersWith === 'other-key' ? otherKey : key)
    const grant = {
      version: 1,
      deviceId,
      deviceName: 'Loa 1',
      areaName: 'Thôn 1',
      audience: door.answersWith === 'other-audience' ? thumbprint(toJwk(otherKey)) : thumbprint(asked.publicKey),
      serverKey,
      recoveryKey: toJwk(otherKey),
      mqtt: { url: 'mqtt://127.0.0.1:1883', caPem: null },
      issuedAt: systemClock.now(),
    }
    const signer = createSigner(door.answersWith === 'grant' || door.answersWith === 'other-audience' ? key : otherKey)
    response.end(JSON.stringify({ serverKey, grant: await signer.sign('enrolment', JSON.stringify(grant)) }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  return { door, url, makeCode: () => makeEnrolmentCode(toJwk(key)) }
}

const request = (stateDir: string, server: string, code: string, change = {}) =>
  enrol({
    stateDir,
    server,
    code,
    hardwareSerial: 'set:one',
    agentVersion: '0.0.0',
    isReplacement: false,
    allowInsecure: false,
    language: 'vi',
    clock: systemClock,
    ...change,
  })

describe('enrolment', () => {
  it('keeps what it was granted, readable by its owner only', async () => {
    const [{ url, makeCode }, stateDir] = [await startDoor(), await makeFolder()]
    const result = await request(stateDir, url, makeCode())
    expect(result).toMatchObject({ ok: true, identity: { deviceName: 'Loa 1', hardwareSerial: 'set:one' } })
    const { mode } = await stat(path.join(stateDir, 'identity.json'))
    expect(mode & 0o077).toBe(0)
    expect(await readdir(stateDir)).toEqual(['identity.json'])
  })

  it('is safe to repeat: the same code finds the same device, which the server is asked about', async () => {
    const [{ door, url, makeCode }, stateDir] = [await startDoor(), await makeFolder()]
    const code = makeCode()
    const first = await request(stateDir, url, code)
    const second = await request(stateDir, url, code.toLowerCase())
    expect(second).toMatchObject({ ok: true })
    const { enrolledAt, ...identity } = first.ok ? first.identity : expect.fail('not enrolled')
    expect(second).toMatchObject({ identity })
    expect(door.requests[1]).toEqual(door.requests[0])
    expect(await readdir(stateDir)).toEqual(['identity.json'])
  })

  it('that another device has replaced since says so, and that it could not be checked when nobody answers', async () => {
    const [{ door, url, makeCode }, stateDir] = [await startDoor(), await makeFolder()]
    const code = makeCode()
    await request(stateDir, url, code)
    door.answersWith = 'replaced'
    expect(await request(stateDir, url, code)).toEqual({
      ok: false,
      text: 'refused',
      values: { status: '410', detail: 'Thiết bị này đã được thay.' },
    })
    door.answersWith = 'hangs-up'
    expect(await request(stateDir, url, code)).toMatchObject({
      ok: false,
      text: 'enrolled-unchecked',
      values: { device: 'Loa 1', area: 'Thôn 1', server: url },
    })
    // What it was stays on its disk: it is the server's to let it in or not.
    expect(await readIdentity(stateDir)).toMatchObject({ status: 'ok' })
  })

  it('of a card in other hardware is not repeated for it', async () => {
    const [{ door, url, makeCode }, stateDir] = [await startDoor(), await makeFolder()]
    const code = makeCode()
    await request(stateDir, url, code)
    expect(await request(stateDir, url, code, { hardwareSerial: 'set:two' })).toMatchObject({
      ok: false,
      text: 'hardware-changed',
    })
    expect(door.requests.length).toBe(1)
  })

  it('repeated with the old code does not forget the keys of a replacement whose answer was lost', async () => {
    const [{ door, url, makeCode }, stateDir] = [await startDoor(), await makeFolder()]
    const [first, next] = [makeCode(), makeCode()]
    await request(stateDir, url, first)
    door.answersWith = 'hangs-up'
    expect(await request(stateDir, url, next, { isReplacement: true })).toMatchObject({ text: 'unreachable' })
    door.answersWith = 'grant'
    expect(await request(stateDir, url, first)).toMatchObject({ ok: true })
    expect(await request(stateDir, url, next, { isReplacement: true })).toMatchObject({ ok: true })
    const [, lost, , again] = door.requests
    expect(again).toEqual(lost)
  })

  it('is the same enrolment when the answer was lost, or the power went at any point', async () => {
    const [{ door, url, makeCode }, stateDir] = [await startDoor(), await makeFolder()]
    const code = makeCode()
    door.answersWith = 'hangs-up'
    expect(await request(stateDir, url, code)).toMatchObject({ ok: false, text: 'unreachable' })
    const asLeft = await makeFolder()
    await cp(stateDir, asLeft, { recursive: true })
    door.answersWith = 'grant'
    const result = await request(stateDir, url, code)
    // Even when the crash came after the grant was kept and before what was pending was removed.
    await writeFile(path.join(asLeft, 'identity.json'), await readFile(path.join(stateDir, 'identity.json')))
    expect(await request(asLeft, url, code)).toMatchObject({ ok: result.ok })
    expect(await readdir(asLeft)).toEqual(['identity.json'])
    const [before, after] = door.requests
    expect(after).toEqual(before)
  })

  it('does not enrol twice without being told to', async () => {
    const [{ url, makeCode }, stateDir] = [await startDoor(), await makeFolder()]
    const first = await request(stateDir, url, makeCode())
    await writeFile(path.join(stateDir, 'target.json'), '{}')
    expect(await request(stateDir, url, makeCode())).toMatchObject({ ok: false, text: 'already-enrolled' })
    expect(await readdir(stateDir)).toContain('target.json')
    expect((await readIdentity(stateDir)).status).toBe('ok')

    const replaced = await request(stateDir, url, makeCode(), { isReplacement: true })
    expect(replaced.ok && first.ok && replaced.identity.ledgerId !== first.identity.ledgerId).toBe(true)
    expect((await readdir(stateDir)).filter((name) => name.includes('.replaced-')).length).toBe(1)
    // What the installation before was told must not outnumber what this one will be.
    expect(await readdir(stateDir)).not.toContain('target.json')
  })

  it.each([
    ['used', 'refused'],
    ['other-key', 'wrong-server'],
    ['other-audience', 'wrong-server'],
    ['forged', 'bad-answer'],
    ['garbage', 'bad-answer'],
  ] as const)('trusts no server that answers “%s”', async (answersWith, text) => {
    const [{ door, url, makeCode }, stateDir] = [await startDoor(), await makeFolder()]
    door.answersWith = answersWith
    const result = await request(stateDir, url, makeCode())
    expect(result).toMatchObject({ ok: false, text })
    expect((await readIdentity(stateDir)).status).toBe('missing')
  })

  it('does not send its secret in clear across a network', async () => {
    const [{ door, makeCode }, stateDir] = [await startDoor(), await makeFolder()]
    expect(await request(stateDir, 'http://loaxa.example.vn', makeCode())).toMatchObject({
      ok: false,
      text: 'insecure',
    })
    expect(door.requests).toEqual([])
    expect(await readdir(stateDir)).toEqual([])
  })

  it.each([
    ['not a url at all', 'http://', 'bad-server'],
    ['another protocol', 'ftp://loaxa.example.vn', 'bad-server'],
    ['half a code', 'https://loaxa.example.vn', 'bad-code'],
  ])('says what is wrong with %s', async (_name, server, text) => {
    expect(await request(await makeFolder(), server, 'ABCD-EFGH')).toMatchObject({ ok: false, text })
  })

  it('a damaged identity is set aside, never made anew by itself', async () => {
    const [{ door, url, makeCode }, stateDir] = [await startDoor(), await makeFolder()]
    await writeFile(path.join(stateDir, 'identity.json'), '{"version":1,"privateKeyPem":"-----BEG')
    expect(await request(stateDir, url, makeCode())).toMatchObject({ ok: false, text: 'identity-corrupt' })
    expect(door.requests).toEqual([])
    expect((await readdir(stateDir)).filter((name) => name.includes('.corrupt-')).length).toBe(1)
  })
})

describe('what a technician reads', () => {
  it('names the same values in both languages', () => {
    const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort()
    for (const { vi, en } of Object.values(texts)) expect(names(vi)).toEqual(names(en))
  })

  it('is Vietnamese or English', () => {
    expect(say('vi', 'enrolled', { device: 'Loa 1', area: 'Thôn 1' })).toBe('Đã đăng ký: “Loa 1”, Thôn 1.')
    expect(say('en', 'enrolled', { device: 'Loa 1', area: 'Thôn 1' })).toBe('Enrolled: “Loa 1”, Thôn 1.')
  })
})

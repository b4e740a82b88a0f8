import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto'
import { expect } from '@playwright/test'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { enrolmentAnswer, proveEnrolment } from '#protocol/enrolment.ts'
import { type DeviceId, deviceId, ledgerId } from '#protocol/ids.ts'
import { emptyLedgerHash } from '#protocol/link.ts'
import { toJwk } from '#protocol/signing.ts'
import { deviceTopic } from '#protocol/topics.ts'
import { addSpeaker, type Commune, makeCommune } from '../support/commune.ts'
import { openDevice } from '../support/raw-mqtt.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { findAxeViolations, findSmallTargets, launchBrowser, type Visitor, visit } from './support/browser.ts'
import { goTo, signInAs, signInAsAdministrator } from './support/people.ts'

/** What may be tampering is told in words, on every screen, until a person says that they have seen it. */
describe('alarms', () => {
  let server: TestServer
  let browser: Awaited<ReturnType<typeof launchBrowser>>
  let commune: Commune
  let administrator: Visitor
  let editor: Visitor
  let device: { id: DeviceId; secret: string; ledger: string }

  beforeAll(async () => {
    ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
    commune = await makeCommune(server)
    const { deviceId: id, code } = await addSpeaker(commune, 'Đông')
    const secret = randomBytes(32).toString('base64url')
    const { privateKey } = generateKeyPairSync('ed25519')
    const claim = { code, secret, ledgerId: ledgerId.parse(randomUUID()), hardwareSerial: 'máy thật' }
    const proof: string = await proveEnrolment(claim, privateKey)
    const body = { ...claim, publicKey: toJwk(privateKey), agentVersion: '0.1.0', proof }
    await commune.administrator.post('/api/enrol', body, enrolmentAnswer)
    device = { id: deviceId.parse(id), secret, ledger: claim.ledgerId }
    administrator = await visit(browser, server.url, { size: 'phone' })
    editor = await visit(browser, server.url)
    await signInAsAdministrator(administrator)
    await signInAs(editor, commune.administrator, 'bientap')
  })
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  /** The card, copied into other hardware: it says hello once and is cut off. */
  async function sayHelloFrom(hardwareSerial: string): Promise<void> {
    const client = await openDevice(Number(new URL(server.mqttUrl ?? '').port), device.id, device.secret)
    const hello = {
      version: 1,
      nonce: randomUUID(),
      connectionId: randomUUID(),
      bootId: randomUUID(),
      targetRevision: 0,
      targetHash: null,
      ledger: { ledgerId: device.ledger, seq: 0, hash: emptyLedgerHash },
      clock: { at: Date.now(), state: 'trusted', monotonicMs: 1 },
      agentVersion: '0.1.0',
      capabilities: [],
      hardwareSerial,
    }
    client.publish(deviceTopic(device.id, 'hello'), JSON.stringify(hello), { qos: 1 })
    await client.closed
  }

  test('of a copied card: shown at once in words with what to do, and gone on every screen once somebody has checked', async () => {
    const words = 'Thẻ nhớ bị chuyển sang máy khác'
    await goTo(administrator, `#/cum-loa/${device.id}`)
    await goTo(editor, '#/cum-loa')
    await sayHelloFrom('máy khác')
    const { page } = administrator
    await expect(editor.page.getByRole('link', { name: /Đông/ }).getByText(words)).toBeVisible()
    await expect(page.getByText(words)).toBeVisible()
    await expect(page.getByText(/Thẻ nhớ có thể đã bị sao chép\. Hãy kiểm tra tại cột loa\./)).toBeVisible()
    expect(await findAxeViolations(page)).toEqual([])
    expect(await findSmallTargets(page)).toEqual([])
    // Who may not manage speakers sees it, and has nothing to press.
    await goTo(editor, `#/cum-loa/${device.id}`)
    await expect(editor.page.getByText(words)).toBeVisible()
    await expect(editor.page.getByRole('button', { name: 'Đã kiểm tra, đóng cảnh báo' })).toHaveCount(0)
    await page.getByRole('button', { name: 'Đã kiểm tra, đóng cảnh báo' }).click()
    for (const visitor of [administrator, editor]) await expect(visitor.page.getByText(words)).toHaveCount(0)
    // The copy that goes on is the same event; another one is not.
    await sayHelloFrom('máy khác')
    await sayHelloFrom('máy thứ ba')
    await expect(page.getByText(words)).toHaveCount(1)
    for (const visitor of [administrator, editor]) visitor.assertClean()
  })
})

import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { request } from 'node:http'
import { type EnrolmentRequest, enrolmentAnswer, proveEnrolment } from '#protocol/enrolment.ts'
import { type DeviceId, deviceId, ledgerId, newId } from '#protocol/ids.ts'
import { toJwk } from '#protocol/signing.ts'
import { area } from '#server/areas/schemas.ts'
import { device, newEnrolmentCode } from '#server/devices/schemas.ts'
import type { Commune } from '../test/support/commune.ts'

export interface FleetMember {
  readonly id: DeviceId
  readonly secret: string
}

/** POST as from another house of the village: enrolment is rate limited for each address, and 127.0.0.0/8 has many. */
function postFrom(localAddress: string, url: string, body: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const call = request(
      url,
      { method: 'POST', localAddress, headers: { 'content-type': 'application/json' } },
      (answer) => {
        let text = ''
        answer.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk
        })
        answer.on('error', reject)
        answer.on('end', () => {
          if (answer.statusCode !== 200 && answer.statusCode !== 201) reject(new Error(`${answer.statusCode}: ${text}`))
          else resolve(JSON.parse(text))
        })
      },
    )
    call.on('error', reject)
    call.end(JSON.stringify(body))
  })
}

/** `count` devices of one village, enrolled through the public API as an agent enrols. */
export async function enrolFleet(commune: Commune, count: number): Promise<FleetMember[]> {
  const { administrator } = commune
  const village = await administrator.post(
    '/api/areas',
    { parentId: commune.id, kind: 'village', name: 'Thôn Đo' },
    area,
  )
  const members: FleetMember[] = []
  for (let index = 0; index < count; index++) {
    const made = await administrator.post('/api/devices', { areaId: village.id, name: `Loa ${index + 1}` }, device)
    const { code } = await administrator.post(`/api/devices/${made.id}/enrolment-code`, {}, newEnrolmentCode)
    const secret = randomBytes(32).toString('base64url')
    const { privateKey } = generateKeyPairSync('ed25519')
    const claim = { code, secret, ledgerId: ledgerId.parse(newId(Date.now())), hardwareSerial: `bench-${index}` }
    const enrolment: EnrolmentRequest = {
      ...claim,
      publicKey: toJwk(privateKey),
      agentVersion: 'bench',
      proof: await proveEnrolment(claim, privateKey),
    }
    const from = `127.0.${1 + (index >> 7)}.${1 + (index & 127)}`
    enrolmentAnswer.parse(await postFrom(from, `${administrator.url}/api/enrol`, enrolment))
    members.push({ id: deviceId.parse(made.id), secret })
  }
  return members
}

import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { deviceId, hashBytes, ledgerId } from '#protocol/ids.ts'
import { toJwk } from '#protocol/signing.ts'
import type { Database } from '#server/db.ts'

/** A device of this area as it is once it has enrolled, and what only the device itself knows of it. */
export async function insertEnrolled(db: Pick<Database, 'prisma'>, areaId: string, at: Date, draw: () => string) {
  const { privateKey } = generateKeyPairSync('ed25519')
  const [id, ledger, secret] = [deviceId.parse(draw()), ledgerId.parse(draw()), randomUUID()]
  await db.prisma.device.create({ data: { id, areaId, name: 'Cụm loa thôn 1', createdAt: at } })
  const installation = {
    id: draw(),
    deviceId: id,
    publicKey: toJwk(privateKey).x,
    secretHash: hashBytes(secret),
    hardwareSerial: 'set:weeks',
    enrolledAt: at,
  }
  await db.prisma.installation.create({ data: installation })
  await db.prisma.ledger.create({
    data: {
      id: ledger,
      installationId: installation.id,
      deviceId: id,
      state: 'open',
      hash: '0'.repeat(64),
      createdAt: at,
    },
  })
  const privateKeyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  return { id, ledger, secret, privateKeyPem, hardwareSerial: installation.hardwareSerial }
}

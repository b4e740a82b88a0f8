import { createHash, timingSafeEqual } from 'node:crypto'
import QRCode from 'qrcode'
import {
  codeNamesKey,
  type EnrolmentAnswer,
  type EnrolmentGrant,
  type EnrolmentRequest,
  enrolmentGrant,
  isProven,
  makeEnrolmentCode,
} from '#protocol/enrolment.ts'
import { type DeviceId, deviceId as deviceIdSchema, hashBytes, newId } from '#protocol/ids.ts'
import { emptyLedgerHash } from '#protocol/link.ts'
import { thumbprint } from '#protocol/signing.ts'
import type { TakeNote } from '#server/audit/audit.ts'
import { assertMay } from '#server/auth/authorise.ts'
import type { Actor, Origin } from '#server/auth/rules.ts'
import { toDate, toInstant } from '#server/clock.ts'
import { Problem } from '#server/http/problem.ts'
import type { PastKey } from '#server/keys/history.ts'
import type { ServerKeys } from '#server/keys.ts'
import type { SecurityEvents } from '#server/security/events.ts'
import type { BrokerDesk } from './broker-desk.ts'
import { createRetirement, type Retirement } from './retirement.ts'
import { decideEnrolment } from './rules.ts'
import type { DevicesDeps } from './service.ts'
import {
  type Db,
  findCode,
  findDevice,
  findInstallation,
  findSecretHash,
  hadOtherInstallation,
  hasInstallation,
  type InstallationRow,
  insertInstallation,
  lockDevice,
  markCodeUsed,
  type PlacedDevice,
  replaceEnrolmentCode,
  revokeInstallation,
  revokeUnusedCodes,
} from './store.ts'

export interface EnrolmentDeps extends DevicesDeps {
  security: SecurityEvents
  keys: Pick<ServerKeys, 'signer' | 'publicKey' | 'generation' | 'recoveryKey' | 'chain' | 'history'>
  desk: Pick<BrokerDesk, 'admit' | 'expel'>
  /** Where the device calls: in the command that a technician types. */
  publicUrl: string
  /** What the device is told about the broker. */
  mqtt: EnrolmentGrant['mqtt']
}

export interface MadeCode {
  /** Exists only here; the database has its hash. */
  code: string
  expiresAt: Date
  qrSvg: string
  command: string
  replaces: boolean
}

export interface EnrolmentService extends Retirement {
  /** A single-use code, good for 24 h; older unused ones of the device are void. */
  makeCode(actor: Actor, deviceId: string): Promise<MadeCode>
  /** Binds a key pair and a secret to the device. Safe to repeat: the same device gets the same answer. */
  enrol(request: EnrolmentRequest, origin?: Origin): Promise<EnrolmentAnswer>
  /**
   * Ends the installation: its connection is cut, its secret refused everywhere. Safe to repeat. `isBrokerTold: false`:
   * it is revoked, but an external broker that is away lets the device in until it is told, which is done when it is back.
   */
  revoke(actor: Actor, deviceId: string): Promise<{ isBrokerTold: boolean }>
  /** True for the secret of the installation that the device has now. Asked by the broker and by routes for devices. */
  verifyDevice(deviceId: DeviceId, secret: string): Promise<boolean>
}

const CODE_VALID_MS = 24 * 3_600_000
const NO_HASH = '0'.repeat(64)

interface Enrolled {
  device: PlacedDevice
  installation: Omit<InstallationRow, 'revokedAt'>
  /** An earlier installation's connection may still stand. */
  isReplacement: boolean
  isNew: boolean
  /** Enrolled before, and told anew whom to believe. */
  isRepinned?: true
}

export function createEnrolmentService(deps: EnrolmentDeps): EnrolmentService {
  const { db, clock, log, events, plan, keys, desk, security, audit } = deps

  async function findFor(actor: Actor, id: string): Promise<PlacedDevice> {
    const device = await findDevice(db.prisma, id)
    if (device === null) throw new Problem('not-found')
    assertMay(actor, 'devices.manage', device.areaPath)
    return device
  }

  /** The key that the code names; it may have been rotated since, and then the chain leads on from it. */
  const findNamedKey = (code: string): PastKey | undefined => keys.history.find(({ key }) => codeNamesKey(code, key))

  async function signGrant({ device, installation }: Enrolled, code: string): Promise<EnrolmentAnswer> {
    const grant = enrolmentGrant.parse({
      version: 1,
      deviceId: device.id,
      deviceName: device.name,
      areaName: device.areaName,
      audience: thumbprint({ kty: 'OKP', crv: 'Ed25519', x: installation.publicKey }),
      serverKey: keys.publicKey,
      keyGeneration: keys.generation,
      recoveryKey: keys.recoveryKey,
      mqtt: deps.mqtt,
      // The first call's instant, so that a repeated call gets the same answer.
      issuedAt: toInstant(installation.enrolledAt),
    })
    return {
      serverKey: findNamedKey(code)?.key ?? keys.publicKey,
      keyChain: [...keys.chain],
      grant: await keys.signer.sign('enrolment', JSON.stringify(grant)),
    }
  }

  /** One device at a time: of two calls with one code the second sees what the first did. */
  async function record(tx: Db, note: TakeNote, request: EnrolmentRequest): Promise<Enrolled> {
    const codeHash = hashBytes(request.code)
    const secretHash = hashBytes(request.secret)
    const now = clock.now()
    const deviceId = (await findCode(tx, codeHash))?.deviceId
    if (deviceId !== undefined) await lockDevice(tx, deviceId)
    const code = await findCode(tx, codeHash)
    const decision = decideEnrolment(code, { publicKey: request.publicKey, secretHash }, now)
    if (decision.kind === 'refuse') throw new Problem(decision.code)
    // The device would believe nobody: no chain leads from a key that was recovered from, since a thief may have had it.
    if (decision.kind !== 'repeat' && findNamedKey(request.code)?.isRevoked) throw new Problem('enrolment-code-expired')
    const device = code === null ? null : await findDevice(tx, code.deviceId)
    if (code === null || device === null) throw new Problem('enrolment-code-expired')
    if (decision.kind === 'repeat' && code.installation !== null) {
      const isReplacement = await hadOtherInstallation(tx, device.id, code.installation.id)
      note.unchanged()
      return { device, installation: code.installation, isReplacement, isNew: false }
    }
    const { publicKey, hardwareSerial, ledgerId } = request
    const present = await findInstallation(tx, device.id)
    // The installation in force comes with a new code: it wants to know again whom to believe, and stays what it is.
    if (present?.publicKey === publicKey.x && present.secretHash === secretHash) {
      if (present.hardwareSerial !== hardwareSerial) throw new Problem('key-already-enrolled')
      await markCodeUsed(tx, codeHash, present.id, toDate(now))
      note({
        action: 'device.repinned',
        areaPath: device.areaPath,
        subject: { type: 'device', id: device.id },
        after: { installationId: present.id, serverKeyId: keys.signer.keyId },
      })
      return { device, installation: present, isReplacement: false, isNew: true, isRepinned: true }
    }
    const replaced = await revokeInstallation(tx, device.id, toDate(now))
    const id = newId(now)
    const installation = { id, deviceId: device.id, publicKey: publicKey.x, secretHash, enrolledAt: toDate(now) }
    const ledger = { id: ledgerId, hash: emptyLedgerHash }
    if (!(await insertInstallation(tx, { ...installation, hardwareSerial }, ledger))) {
      throw new Problem('key-already-enrolled')
    }
    await markCodeUsed(tx, codeHash, id, toDate(now))
    note({
      action: 'device.enrolled',
      areaPath: device.areaPath,
      subject: { type: 'device', id: device.id },
      before: replaced && { installationId: replaced.id, hardwareSerial: replaced.hardwareSerial },
      after: { installationId: id, hardwareSerial, ledgerId, keyThumbprint: thumbprint(publicKey) },
    })
    return { device, installation, isReplacement: replaced !== null, isNew: true }
  }

  /** A code is worth guessing, so whoever has a wrong one is noticed. */
  async function recordOrReport(request: EnrolmentRequest, origin: Origin | undefined): Promise<Enrolled> {
    const by = { accountId: null, userName: null, ...(origin === undefined ? {} : { origin }) }
    try {
      // Before anything is looked up, so that nothing is learned about a code without a key of one's own.
      if (!(await isProven(request, request.publicKey, request.proof ?? ''))) throw new Problem('enrolment-unproven')
      return await audit.act(by, (tx, note) => record(tx, note, request))
    } catch (error) {
      if (error instanceof Problem) {
        security.report('enrolment-refused', { ...origin, detail: error.code })
        const subject = { type: 'hardware', id: request.hardwareSerial }
        await audit.note(by, {
          action: 'device.enrolled',
          outcome: 'refused',
          areaPath: [],
          subject,
          reason: error.code,
        })
      }
      throw error
    }
  }

  /** Runs on every repeat as well, so that a crash in between is repaired. */
  async function admit({ installation, isReplacement }: Enrolled, id: DeviceId, secret: string): Promise<void> {
    const outcome = await desk
      .admit({ id: installation.id, deviceId: id }, secret, isReplacement)
      .catch((error: unknown) => {
        log.error({ err: error, deviceId: id }, 'the broker could not be told')
        throw new Problem('broker-unavailable')
      })
    // In this instant: somebody else was quicker than the broker.
    if (outcome !== 'admitted') throw new Problem(`installation-${outcome}`)
  }

  return {
    ...createRetirement(deps),

    async makeCode(actor, id) {
      const device = await findFor(actor, id)
      const code = makeEnrolmentCode(keys.publicKey)
      const now = clock.now()
      const expiresAt = new Date(now + CODE_VALID_MS)
      const replaces = await audit.act(actor, async (tx, note) => {
        await lockDevice(tx, id)
        const createdAt = toDate(now)
        const codeHash = hashBytes(code)
        await replaceEnrolmentCode(tx, { codeHash, deviceId: id, createdById: actor.accountId, createdAt, expiresAt })
        const replaces = await hasInstallation(tx, id)
        const after = { expiresAt, replacesInstallation: replaces }
        const subject = { type: 'device', id }
        note({ action: 'device.enrolment-code-made', areaPath: device.areaPath, subject, after })
        return replaces
      })
      log.info({ event: 'enrolment-code-made', deviceId: device.id, by: actor.accountId }, 'an enrolment code was made')
      const command = `loaxa-agent enrol ${deps.publicUrl} ${code}`
      const qrSvg = await QRCode.toString(command, { type: 'svg', errorCorrectionLevel: 'M', margin: 2 })
      return { code, expiresAt, qrSvg, command, replaces }
    },

    async enrol(request, origin) {
      const enrolled = await recordOrReport(request, origin)
      const { device, isReplacement, isNew } = enrolled
      const id = deviceIdSchema.parse(device.id)
      await admit(enrolled, id, request.secret)
      if (isNew) {
        security.report('device-enrolled', {
          ...origin,
          deviceId: id,
          ...(isReplacement ? { detail: 'replaces another installation' } : {}),
          ...(enrolled.isRepinned ? { detail: 'the same installation, told anew whom to believe' } : {}),
        })
        events.publish({ kind: 'devices', areaPath: device.areaPath, id })
        plan.deviceChanged(id)
      }
      return signGrant(enrolled, request.code)
    },

    async revoke(actor, deviceId) {
      const device = await findFor(actor, deviceId)
      const revoked = await audit.act(actor, async (tx, note) => {
        await lockDevice(tx, deviceId)
        const now = toDate(clock.now())
        const voidedCount = await revokeUnusedCodes(tx, deviceId, now)
        const revoked = await revokeInstallation(tx, deviceId, now)
        if (revoked === null && voidedCount === 0) note.unchanged()
        else {
          note({
            action: 'device.revoked',
            areaPath: device.areaPath,
            subject: { type: 'device', id: deviceId },
            before: {
              installationId: revoked?.id ?? null,
              hardwareSerial: revoked?.hardwareSerial ?? null,
              mayEnrol: voidedCount > 0,
            },
            after: { installationId: null, hardwareSerial: null, mayEnrol: false },
          })
        }
        return revoked
      })
      security.report('device-revoked', {
        ...actor.origin,
        accountId: actor.accountId,
        deviceId,
        detail: revoked === null ? 'had no installation' : undefined,
      })
      events.publish({ kind: 'devices', areaPath: device.areaPath, id: deviceId })
      plan.deviceChanged(deviceId)
      return { isBrokerTold: await desk.expel(deviceIdSchema.parse(deviceId)) }
    },

    /**
     * SHA-256 and one indexed read: 10,000 devices may come back at once after a power cut. A slow hash would add
     * nothing, since the secret is 256 random bits that nobody chose.
     */
    async verifyDevice(deviceId, secret) {
      const expected = await findSecretHash(db.pool, deviceId)
      const given = createHash('sha256').update(secret).digest()
      return timingSafeEqual(given, Buffer.from(expected ?? NO_HASH, 'hex')) && expected !== undefined
    },
  }
}

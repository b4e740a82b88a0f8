import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'

/**
 * The words of the protocol (Vietnamese terms stand in the console's dictionaries):
 *
 * - **area**: a node of the tree province → commune → village.
 * - **device**: the speaker on its pole; keeps its id, place and history for life.
 * - **installation**: the hardware fixed to a device for a while: a key pair, a secret, a ledger.
 * - **clip**: one immutable piece of audio, named by the SHA-256 of its bytes.
 * - **item**: one bulletin's place within a programme.
 * - **occurrence**: one airing of a broadcast; its id is the broadcast and its original start.
 * - **day plan**: the concrete occurrences of one local day, named by the SHA-256 of its bytes.
 * - **target**: the small signed manifest that says everything a device must do.
 * - **ledger**: the append-only, hash-chained record of what a device did.
 */
/** In lower case only: as a key, in a topic and in the database one id is one text. */
const uuid = z.uuid().regex(/^[0-9a-f-]+$/)
export const deviceId = uuid.brand('DeviceId').describe('Device id (UUID); also its MQTT user name and client id')
export const areaId = uuid.brand('AreaId').describe('Area id (UUID)')
export const ledgerId = uuid.brand('LedgerId').describe('Id of one installation’s ledger (UUID)')
export const itemId = uuid.brand('ItemId').describe('Id of an item: one bulletin’s place in a programme (UUID)')
export const alertId = uuid
  .brand('AlertId')
  .describe('Id of an emergency; shared by the alert, its updates and its cancel')
export const messageId = uuid
  .brand('MessageId')
  .describe('Unique id of one signed alert or command, remembered against replay')
export const connectionId = uuid.brand('ConnectionId').describe('Drawn anew for every MQTT connection')
export const playId = uuid.brand('PlayId').describe('Id of one play, drawn by the device')
export const bootId = uuid.brand('BootId').describe('Id of one run of the device’s kernel')

export const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .brand('Sha256')
  .describe('SHA-256 in lower-case hex')

/** `broadcastId@YYYYMMDDTHHMMSSZ`: the broadcast and its original start, kept when the occurrence is moved. */
export const occurrenceId = z
  .string()
  .regex(/^[0-9a-f-]{36}@20\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3])[0-5]\d[0-5]\dZ$/)
  .refine(isOfTheCalendar)
  .brand('OccurrenceId')
  .describe('Broadcast id and original start: <uuid>@YYYYMMDDTHHMMSSZ')

export type DeviceId = z.infer<typeof deviceId>
export type AreaId = z.infer<typeof areaId>
export type LedgerId = z.infer<typeof ledgerId>
export type ItemId = z.infer<typeof itemId>
export type AlertId = z.infer<typeof alertId>
export type MessageId = z.infer<typeof messageId>
export type ConnectionId = z.infer<typeof connectionId>
export type PlayId = z.infer<typeof playId>
export type BootId = z.infer<typeof bootId>
export type Sha256 = z.infer<typeof sha256>
export type OccurrenceId = z.infer<typeof occurrenceId>

/** A new UUIDv7 (RFC 9562 §5.7): ordered by time, so that indexes stay dense. `nowMs` is the caller's clock. */
export function newId(nowMs: number): string {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(nowMs, 0, 6)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** SHA-256 of exactly these bytes (a string counts as its UTF-8). */
export function hashBytes(bytes: Uint8Array | string): Sha256 {
  return createHash('sha256').update(bytes).digest('hex') as Sha256
}

const [FIRST_START_MS, END_OF_STARTS_MS] = [Date.UTC(2000, 0), Date.UTC(2100, 0)]

/**
 * The id of the occurrence of `broadcastId` (a UUID) whose original start is `startAtMs` (whole seconds of this century).
 * Made tens of thousands of times for one look at a province, so it is built as the schema wants it, not parsed by it.
 */
export function makeOccurrenceId(broadcastId: string, startAtMs: number): OccurrenceId {
  if (!(startAtMs >= FIRST_START_MS && startAtMs < END_OF_STARTS_MS) || !/^[0-9a-f-]{36}$/.test(broadcastId))
    throw new RangeError(`${broadcastId} has no occurrence at ${startAtMs}`)
  const s = new Date(startAtMs).toISOString()
  const date = `${s.slice(0, 4)}${s.slice(5, 7)}${s.slice(8, 10)}`
  return `${broadcastId}@${date}T${s.slice(11, 13)}${s.slice(14, 16)}${s.slice(17, 19)}Z` as OccurrenceId
}

/** The broadcast and the original start within an occurrence's id. */
export function parseOccurrenceId(id: OccurrenceId): { broadcastId: string; originalStartAtMs: number } {
  return { broadcastId: id.slice(0, id.indexOf('@')), originalStartAtMs: parseStart(id) }
}

/** False for 30 February, which V8 reads as 2 March: one occurrence would have two ids. Never throws. */
function isOfTheCalendar(id: string): boolean {
  return new Date(parseStart(id)).getUTCDate() === Number(startOf(id).slice(6, 8))
}

const startOf = (id: string): string => id.slice(id.indexOf('@') + 1)

/** Milliseconds since 1970; NaN for what is no instant. */
function parseStart(id: string): number {
  const s = startOf(id)
  return Date.parse(
    `${s.slice(0, 4)}-${s.slice(4, 6)}-${s.slice(6, 8)}T${s.slice(9, 11)}:${s.slice(11, 13)}:${s.slice(13, 15)}Z`,
  )
}

import type { DeviceId } from '#protocol/ids.ts'
import type { Uplink } from '#protocol/topics.ts'

/** The server's side of the MQTT connection, the same for the embedded broker and an external one. */
export interface DeviceLink {
  /**
   * Resolves when the broker has taken the message over; rejects with a LinkError when it could not within its time
   * limit. On the embedded broker a message to one device's own topic counts as taken over when that device's
   * connection has drained it, so that a sender of blocks is held back by a slow link.
   */
  publish(topic: string, payload: Uint8Array, options: { qos: 0 | 1; retain?: boolean }): Promise<void>
  /** Cuts the device's connection now, and keeps refusing it while its installation is revoked. */
  disconnect(id: DeviceId): Promise<void>
  isUp(): boolean
  close(): Promise<void>
}

/** Takes every uplink as it arrives; it never throws and never waits. */
export type AcceptUplink = (topic: string, payload: Uint8Array) => void

/** One topic → one handler. A handler that throws is logged and counted; it never takes the link down. */
export type UplinkHandlers = Readonly<Record<Uplink, (id: DeviceId, payload: Uint8Array) => Promise<void>>>

/** Accounts of devices on the broker: a no-op for the embedded broker, which asks the database itself. */
export interface BrokerAccounts {
  /** The plaintext secret exists only in this call. */
  create(id: DeviceId, secret: string): Promise<void>
  revoke(id: DeviceId): Promise<void>
}

/** For brokers that ask the database themselves (the embedded one), or whose accounts somebody else manages. */
export const noBrokerAccounts: BrokerAccounts = { create: async () => {}, revoke: async () => {} }

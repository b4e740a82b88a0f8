/** The head of a benchmark's payload: which round it belongs to, and when that round began. */
const HEAD_BYTES = 12

/** The monotonic clock is the machine's, so that processes can compare what they read from it. */
export const nowNs = (): bigint => process.hrtime.bigint()

export function makeStamped(round: number, startedNs: bigint, bytes: number): Buffer {
  const payload = Buffer.alloc(Math.max(HEAD_BYTES, bytes), 0x61)
  payload.writeUInt32BE(round, 0)
  payload.writeBigUInt64BE(startedNs, 4)
  return payload
}

export function readStamp(payload: Buffer): { round: number; sinceMs: number } {
  return { round: payload.readUInt32BE(0), sinceMs: Number(nowNs() - payload.readBigUInt64BE(4)) / 1e6 }
}

import { z } from 'zod'
import { type CompactJws, type PublicJwk, publicJwk, thumbprint, verifySigned } from './signing.ts'
import { instantMs } from './time.ts'

/**
 * One link of the server's key chain, payload of a JWS of type `key-rotation`: signed by the key before it, or by the
 * recovery key that devices pinned at enrolment.
 */
export const keyRotation = z.object({
  sequence: z.number().int().min(1).describe('Its number in the chain, from 1'),
  generation: z
    .number()
    .int()
    .min(0)
    .default(0)
    .describe('0 until the recovery key names a key; only a link signed by it raises this, and the highest one counts'),
  newKey: publicJwk,
  rotatedAt: instantMs,
})
export type KeyRotation = z.infer<typeof keyRotation>

/** Whom a device believes now. It only ever moves on from here, never back. */
export interface KeyPosition {
  readonly key: PublicJwk
  readonly generation: number
}

/**
 * Where `chain` leads from `held`. Two rules, and nothing else moves a device:
 *
 * - A link signed by the key held, of the same generation, names the next key. So an earlier key moves nobody who has left
 *   it behind, whoever has stolen it.
 * - A link signed by the recovery key, of a higher generation, names the next key from wherever the device is: also from a
 *   branch that a thief of the signing key has made, however long. The highest generation wins.
 *
 * Links that do neither are passed over: those from before `held`, and forged ones. `recoveryKey` is null before one is
 * pinned: then the first rule alone holds.
 */
export async function followKeyChain(
  held: KeyPosition,
  recoveryKey: PublicJwk | null,
  chain: readonly CompactJws[],
): Promise<KeyPosition> {
  const recoveryId = recoveryKey === null ? null : thumbprint(recoveryKey)
  let position = held
  for (const link of chain) {
    const trusted = recoveryKey === null ? [position.key] : [position.key, recoveryKey]
    const verified = await verifySigned('key-rotation', keyRotation, trusted, link)
    if (!verified.ok) continue
    const { generation, newKey } = verified.value
    const isNext = verified.keyId === recoveryId ? generation > position.generation : generation === position.generation
    if (isNext) position = { key: newKey, generation }
  }
  return position
}

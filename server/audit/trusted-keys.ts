import type { PublicJwk } from '#protocol/signing.ts'
import type { ServerKeys } from '#server/keys.ts'

/** The keys whose checkpoints count: every one that the server ever signed with. */
export const listTrustedKeys = (keys: Pick<ServerKeys, 'publicKey'>): PublicJwk[] => [keys.publicKey]

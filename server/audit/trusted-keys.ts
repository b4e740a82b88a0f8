import type { PublicJwk } from '#protocol/signing.ts'
import type { ServerKeys } from '#server/keys.ts'

/** The keys whose checkpoints count: every one that the server ever signed with; what a stolen one signs, later heads refute. */
export const listTrustedKeys = (keys: Pick<ServerKeys, 'history'>): PublicJwk[] => keys.history.map(({ key }) => key)

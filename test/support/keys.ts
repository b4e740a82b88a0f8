import { makeFirstKeys } from '#server/keys/folder.ts'
import { loadServerKeys, type ServerKeys } from '#server/keys.ts'

/** Keys as a server has them after its first start; the recovery key's file stays in the folder. */
export async function makeTestKeys(folder: string): Promise<ServerKeys> {
  await makeFirstKeys(folder, async () => false)
  return loadServerKeys(folder)
}

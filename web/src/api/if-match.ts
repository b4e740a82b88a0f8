import type { Console } from '../console.ts'

export type Revision = number | string

/** For a change: it is made only while the thing is as it was looked at, and refused with 412 when it is not. */
export const ifMatch = (revision: Revision) => ({ 'if-match': `"${revision}"` })

interface Thing {
  readonly id: string
  readonly revision: number
}

/** As `ifMatch`, of something on a list: what this page itself has just changed may not have come back on it yet. */
export const ifMatchOwn = ({ ownRevisions }: Pick<Console, 'ownRevisions'>, { id, revision }: Thing) =>
  ifMatch(Math.max(revision, ownRevisions.get(id) ?? 0))

/** Remembers what this page has changed; answers it. */
export function noteOwn<T extends Thing>({ ownRevisions }: Pick<Console, 'ownRevisions'>, changed: T): T {
  ownRevisions.set(changed.id, changed.revision)
  return changed
}

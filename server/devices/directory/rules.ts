import { Buffer } from 'node:buffer'
import { z } from 'zod'

/** By what a list of devices can be ordered. `made`: by id, which is the order in which they were made. */
export const deviceSorts = ['made', 'name', 'area', 'status', 'seen', 'volume'] as const
export type DeviceSort = (typeof deviceSorts)[number]

/** The last device of a page: what it was ordered by, and its id. */
export interface PagePlace {
  readonly key: string
  readonly id: string
}

const place = z.tuple([z.string(), z.uuid()])

export const writeCursor = ({ key, id }: PagePlace): string =>
  Buffer.from(JSON.stringify([key, id])).toString('base64url')

/** Undefined: it is none of ours. */
export function readCursor(cursor: string): PagePlace | undefined {
  try {
    const read = place.safeParse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')))
    return read.success ? { key: read.data[0], id: read.data[1] } : undefined
  } catch {
    // No JSON: the caller refuses it.
    return undefined
  }
}

/**
 * The words of a search as they are compared: without diacritics and case, so that `hoa binh` finds `Hòa Bình` (đ is a
 * letter of its own, not a mark). The same stands in SQL in `store.ts` and in the console's `fold.ts`.
 */
export const searchWords = (text: string): string[] =>
  text
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replaceAll('đ', 'd')
    .split(/\s+/)
    .filter((word) => word !== '')

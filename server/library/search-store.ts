import { Prisma } from '#prisma/client.ts'

/** Folds a text as `foldForSearch` does: without marks and case; đ is a letter of its own, not a mark. */
export const foldedSql = (text: Prisma.Sql): Prisma.Sql =>
  Prisma.sql`replace(lower(regexp_replace(normalize(${text}, NFD), '[\u0300-\u036f]', '', 'g')), 'đ', 'd')`

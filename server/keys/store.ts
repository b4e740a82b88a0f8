import type { Prisma } from '#prisma/client.ts'

/** Has a server with this database enrolled a device or signed its trail? Then keys exist that others hold it to. */
export async function wereKeysInUse(db: Prisma.TransactionClient): Promise<boolean> {
  const select = { id: true }
  const [installation, checkpoint] = await Promise.all([
    db.installation.findFirst({ select }),
    db.auditCheckpoint.findFirst({ select: { seq: true } }),
  ])
  return installation !== null || checkpoint !== null
}

import { auditVerify } from './audit-verify.ts'
import type { Command } from './command.ts'

/** All commands, in the order in which the usage shows them. */
export const commands: readonly Command[] = [auditVerify]

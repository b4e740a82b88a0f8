import { accountSignInLink } from './account-sign-in-link.ts'
import { auditVerify } from './audit-verify.ts'
import type { Command } from './command.ts'
import { keysRecover, keysRotate, keysShow } from './keys.ts'

/** All commands, in the order in which the usage shows them. */
export const commands: readonly Command[] = [auditVerify, accountSignInLink, keysShow, keysRotate, keysRecover]

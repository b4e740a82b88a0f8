import type { Logger } from 'pino'
import type { Audit } from '#server/audit/audit.ts'
import type { Clock } from '#server/clock.ts'
import type { ConsoleEvents } from '#server/console-events.ts'
import type { Database } from '#server/db.ts'
import type { SecurityEvents } from '#server/security/events.ts'
import { type AccessService, createAccessService } from './access-service.ts'
import { createAccountNews } from './account-news.ts'
import { type AccountsService, createAccountsService } from './accounts-service.ts'
import { createAdmission } from './admission.ts'
import { createBrowsers } from './browsers.ts'
import { type AccountsDirectory, createAccountsDirectory } from './directory-service.ts'
import type { LinkSettings } from './invitations.ts'
import { createOwnProof } from './own-proof.ts'
import { createPasswords } from './passwords.ts'
import type { Sealing } from './sealing.ts'
import { createSecondFactor, type SecondFactor } from './second-factor.ts'
import { type AuthService, createAuthService } from './service.ts'
import type { Sessions } from './sessions.ts'
import { createThrottle } from './throttle.ts'

export interface AuthDeps extends LinkSettings {
  db: Database
  clock: Clock
  log: Logger
  audit: Audit
  security: SecurityEvents
  sessions: Sessions
  sealing: Sealing
  events: Pick<ConsoleEvents, 'publish'>
  /** Zone of the first area. */
  zone: string
  onSetUp?: () => Promise<void>
}

/** The parts of sign-in, put together: what the routes call. */
export interface Auth {
  readonly auth: AuthService
  readonly accounts: AccountsService
  readonly directory: AccountsDirectory
  readonly access: AccessService
  readonly secondFactor: SecondFactor
}

export async function composeAuth(deps: AuthDeps): Promise<Auth> {
  const passwords = await createPasswords()
  const throttle = createThrottle(deps)
  const browsers = createBrowsers(deps)
  const news = createAccountNews(deps)
  const admission = createAdmission({ ...deps, browsers, news })
  const ownProof = createOwnProof({ ...deps, passwords, throttle })
  const secondFactor = createSecondFactor({ ...deps, admission, ownProof })
  const proving = { passwords, throttle, browsers, admission, secondFactor, ownProof }
  return {
    auth: createAuthService({ ...deps, ...proving }),
    accounts: createAccountsService({ ...deps, news }),
    directory: createAccountsDirectory(deps),
    access: createAccessService({ ...deps, news }),
    secondFactor,
  }
}

import { account } from './account.ts'
import { common } from './common.ts'
import { devices } from './devices.ts'
import { library } from './library.ts'
import { schedule } from './schedule.ts'
import { signIn } from './sign-in.ts'
import { today } from './today.ts'

/** What every page may need; see vi/base.ts. */
export const base = {
  ...common,
  ...signIn,
  ...today,
  ...library,
  ...schedule,
  ...devices,
  ...account,
}

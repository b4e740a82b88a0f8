import { account } from './account.ts'
import { airtime } from './airtime.ts'
import { approvals } from './approvals.ts'
import { audit } from './audit.ts'
import { common } from './common.ts'
import { devices } from './devices.ts'
import { library } from './library.ts'
import { people } from './people.ts'
import { schedule } from './schedule.ts'
import { signIn } from './sign-in.ts'
import { today } from './today.ts'

export const vi = {
  ...common,
  ...signIn,
  ...today,
  ...library,
  ...approvals,
  ...schedule,
  ...devices,
  ...airtime,
  ...people,
  ...account,
  ...audit,
} as const

import { airtime } from './airtime.ts'
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
  ...schedule,
  ...devices,
  ...airtime,
  ...people,
} as const

import type { Translation } from '../translate.ts'
import type { suspend as vi } from '../vi/suspend.ts'

export const suspend: Record<keyof typeof vi, Translation> = {
  'suspend.title': 'Suspend broadcasts',
  'suspend.of': 'Suspend broadcasts in {name}',
  'suspend.lead': 'Nothing that is scheduled here and in the areas below will play. Emergency announcements will.',
  'suspend.reason': 'Reason',
  'suspend.mourning': 'National mourning',
  'suspend.exam': 'Exams',
  'suspend.storm': 'Storm',
  'suspend.from': 'From',
  'suspend.until': 'Until the end of',
  'suspend.act': 'Suspend',
  'suspend.done': 'Broadcasts in {name} are suspended until the end of {date}.',
  'suspend.inForce': 'Broadcasts in {name} are suspended until the end of {date}',
  'suspend.because': 'Reason: {reason}',
  'suspend.emergencies': 'Emergency announcements still play.',
  'suspend.planned': 'Broadcasts will be suspended from {from} to the end of {until}',
  'suspend.see': 'See it',
  'suspend.lift': 'Resume broadcasts',
  'suspend.liftQuestion': 'What is scheduled will play again from now on. Resume?',
  'suspend.liftAct': 'Resume now',
  'suspend.lifted': 'Broadcasts are resumed.',
  'suspend.takeBack': 'Take it back',
  'suspend.again': 'Suspended again as before.',
  'suspend.others': { one: '{count} other area is suspended too:', other: '{count} other areas are suspended too:' },
}

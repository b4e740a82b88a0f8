export const schedule = {
  'schedule.add': 'Add a broadcast',
  'schedule.where': 'Where it is heard',
  'schedule.everywhere': 'Everywhere',
} as const

/** When two people change the same thing. */
export const together = {
  'together.by': '{name} changed this at {time}.',
  'together.at': 'Somebody else changed this at {time}.',
  'together.own': 'You yourself changed this at {time}.',
  'together.someone': 'Somebody else changed this.',
  'together.unseen': 'Somebody changed this just now, while you were editing it.',
  'together.kept':
    'What you entered is still here and not saved. You can look at the new state, or save yours in its place.',
  'together.show': 'Show the new state',
  'together.mine': 'Save mine anyway',
  'together.shown': 'This is the new state, by somebody else. What you had entered is kept.',
  'together.back': 'Take back what I entered',
  'together.rolledBack':
    'What you just did was not saved; the screen shows the new state. Do it again if it is still needed.',
  'together.skipped': {
    one: '{count} speaker was left as it is: {reason}.',
    other: '{count} speakers were left as they are: {reason}.',
  },
} as const

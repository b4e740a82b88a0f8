import type { PageHelp } from '../types.ts'
import type { running as source } from '../vi/running.ts'

export const running: Readonly<Record<keyof typeof source, PageHelp>> = {
  speakers: {
    title: 'Speakers',
    what: 'All speakers of the area: which work, and which need somebody.',
    todo: [
      'Filter by state or area, search by name; diacritics do not matter.',
      'Choose several to set their volume, mute them, stop them or put them in a group at once.',
      'Add a speaker to get the enrolment code of a new device.',
      'See them on the map, or open one to look closer.',
    ],
    words: ['speaker', 'online', 'alarm', 'pairing', 'muted', 'volume', 'group'],
    questions: [
      [
        'A speaker is offline. What first?',
        'See when it was last in contact. If a whole village is gone it is mostly the power or the network; if it is one, check both at the pole.',
      ],
      [
        'Does a new card or device lose the history?',
        'No. Open the speaker and press “Replace the hardware”; name, schedule and history stay.',
      ],
    ],
  },
  speaker: {
    title: 'One speaker',
    what: 'How a speaker is: what it will play, what it played, why it did not, and what you can tell it to do.',
    todo: [
      '“Now”: connection, volume, clock, temperature; set the volume, mute, beep.',
      '“Coming”: the next 24 hours. “Played”: the outcome of each thing, with its reason.',
      '“Health”: temperature, signal and disk over the days.',
      'Replace the hardware; revoke it when it was stolen.',
    ],
    words: ['online', 'volume', 'muted', 'identify', 'clock', 'alarm', 'pairing', 'revoke'],
    questions: [
      [
        'The speaker does not answer a command.',
        'It is offline. A command expires after a minute, so that nothing sounds unexpectedly later; send it again when the speaker is back.',
      ],
      [
        'Why did this not play?',
        'See “Played”: each thing has its outcome and reason, such as no power or outside permitted hours.',
      ],
    ],
  },
  map: {
    title: 'Map of the speakers',
    what: 'Where speakers stand, and which need somebody.',
    todo: [
      'Press a point to see that speaker.',
      'Place one that has no place: type it, use the phone’s, or press on the map.',
    ],
    words: ['speaker', 'online', 'alarm'],
    questions: [
      [
        'Why are there no roads?',
        'The map takes no pictures from elsewhere, so that it works on a weak network and tells nobody where speakers are.',
      ],
    ],
  },
  groups: {
    title: 'Groups of speakers',
    what: 'Speakers put together to play or to be changed at once.',
    todo: [
      'Make a group, name it and choose its speakers.',
      'Choose it under “Who hears it?” when you add a broadcast.',
      'Remove a group that is not needed; “Undo” brings it back.',
    ],
    words: ['group', 'speaker', 'schedule'],
    questions: [['Does a speaker leave its groups when it moves?', 'No. It stays until you take it out.']],
  },
  pole: {
    title: 'At the pole',
    what: 'For the technician at the foot of the pole with a phone: one check after the other.',
    todo: [
      'Let it beep, to be sure that it is this pole.',
      'Make it louder or softer.',
      'Save the pole’s place with the phone.',
    ],
    words: ['identify', 'volume', 'online', 'clock'],
    questions: [
      ['There is no beep.', 'See whether it has power and a connection. If it has, check the cable and the amplifier.'],
    ],
  },
  areas: {
    title: 'Areas',
    what: 'The tree from province to commune to village, and the rules of each.',
    todo: [
      'Choose an area to see and set its permitted hours, limits and holidays.',
      'Plan a merger or a move ahead of its day.',
    ],
    words: ['area', 'hours', 'limits', 'holiday', 'suspension', 'merger'],
    questions: [
      ['Where do I add a village?', 'On this page, with “Add an area”, or open a commune and press “Add below”.'],
    ],
  },
  area: {
    title: 'The rules of an area',
    what: 'Permitted hours, limits, languages, volume, lead-in and holidays of this area.',
    todo: [
      'Take morning, noon or evening by one press, or type hours of your own.',
      'Set the most broadcasts and minutes, the order of languages, the lead-in.',
      'Add local holidays.',
      'Suspend broadcasts for some days, and let them play again.',
    ],
    words: ['hours', 'limits', 'variants', 'leadIn', 'holiday', 'suspension', 'volume'],
    questions: [
      [
        'Why can’t I permit more?',
        'An area above decided so. Below it may only be made tighter; the line beside it says where it was decided.',
      ],
      [
        'What of broadcasts that are planned already?',
        'Those that no longer fit are listed when you save, with what will happen to each.',
      ],
    ],
  },
  moves: {
    title: 'Mergers and moves',
    what: 'Plan ahead that communes merge, or that villages or speakers move; it happens by itself on the day.',
    todo: ['Plan a move: what, where to, when.', 'See what will change before you save.', 'Cancel it before its day.'],
    words: ['merger', 'area', 'speaker'],
    questions: [
      [
        'For whom do the old figures count?',
        'Before the day for the old commune, from the day for the new one. Nothing is rewritten.',
      ],
    ],
  },
  people: {
    title: 'People',
    what: 'Who may come in, and what they may do where.',
    todo: [
      'Invite somebody: name, role and area; then send the link or let them scan the code.',
      'Search by name (diacritics do not matter), filter by area, role or state.',
      'Open a person to change roles, make a new link, end sessions or disable the account.',
    ],
    words: ['role', 'area', 'oneTimeLink', 'twoStep'],
    questions: [
      [
        'How many people does a commune need?',
        'Two at least: one who writes and one who approves, for nobody approves their own.',
      ],
      ['Somebody leaves. What do I do?', 'Open the person and disable the account. What they did stays.'],
    ],
  },
  person: {
    title: 'One person',
    what: 'Somebody’s roles, how they sign in, and where they are signed in.',
    todo: [
      'Add or remove roles; see what each role may do.',
      'Make a sign-in link for somebody new or who forgot the password; withdraw one that went astray.',
      'See open sessions and end one that looks strange.',
      'Reset the second factor of somebody who lost the phone.',
      'Disable or enable the account.',
    ],
    words: ['role', 'oneTimeLink', 'signedIn', 'twoStep', 'recoveryCode', 'trail'],
    questions: [
      [
        'I reset the second factor. Why can’t I make a link?',
        'So that nobody takes over an account alone, the two are the work of two people within 7 days.',
      ],
      ['Why can’t I change my own roles?', 'Another administrator must do that.'],
      ['I disabled the wrong account.', 'Press “Undo”, or enable it. Password and roles are as before.'],
    ],
  },
  audit: {
    title: 'Audit trail',
    what: 'Who did what, when and from where. Nobody can change or delete it.',
    todo: [
      'Filter by day, person, act, area or outcome.',
      'Press an entry to see before and after, and to open what was changed.',
      'Take it away as Excel or CSV.',
      'Verify that it is intact.',
    ],
    words: ['trail', 'chain', 'signedIn'],
    questions: [
      [
        'What does “refused” mean?',
        'Somebody tried and was not let, for instance with a wrong password or without the right. The entry says why.',
      ],
      [
        'How long is it kept?',
        'As long as the operator has set. What is older is deleted by that rule, and that is on record too.',
      ],
    ],
  },
  account: {
    title: 'My account',
    what: 'Your password, your second factor, and where you are signed in.',
    todo: [
      'Change the password.',
      'Turn the second factor on; make new recovery codes.',
      'End a strange session, or sign out everywhere.',
    ],
    words: ['twoStep', 'recoveryCode', 'signedIn', 'role'],
    questions: [
      [
        'I have a new phone.',
        'Remove the old one here, then turn it on with the new one. If it is lost, use a recovery code.',
      ],
      [
        'There is a device that I do not know.',
        'End its session, change the password at once and tell the administrator.',
      ],
    ],
  },
  password: {
    title: 'Password',
    what: 'Set or change your password.',
    todo: [
      'Think of a short sentence of at least 12 characters; not your name, not your commune’s.',
      'Type it twice and save.',
    ],
    words: ['oneTimeLink', 'twoStep', 'signedIn'],
    questions: [['I forgot it.', 'Ask an administrator for a new sign-in link.']],
  },
  settings: {
    title: 'Settings',
    what: 'How it looks on this device: language, size of text, first page, keyboard shortcuts.',
    todo: [
      'Choose Vietnamese or English.',
      'Choose larger text.',
      'Choose the page that opens first.',
      'Turn keyboard shortcuts on or off.',
    ],
    words: ['signedIn'],
    questions: [['Do they follow me to another computer?', 'No. Each computer and phone keeps its own.']],
  },
  help: {
    title: 'Help',
    what: 'Help for every page, words explained, and keyboard shortcuts.',
    todo: [
      'Search for the word you wonder about.',
      'On any page press the question mark beside its title for the help of that page.',
    ],
    words: ['undo', 'session', 'speaker'],
    questions: [['My question is not here.', 'Ask the administrator of your area.']],
  },
}

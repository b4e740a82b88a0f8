import type { PageHelp } from '../types.ts'
import type { work as source } from '../vi/work.ts'

export const work: Readonly<Record<keyof typeof source, PageHelp>> = {
  today: {
    title: 'Today',
    what: 'What plays now, what comes next, and what needs attention today.',
    todo: [
      'See what plays, on how many speakers and for how long; press “Stop” if you must.',
      'See the next 24 hours, and how today’s broadcasts went.',
      'Press a figure or a line to open what it tells of, such as the speakers that are offline.',
    ],
    words: ['session', 'speaker', 'online', 'partial', 'missed', 'unknown'],
    questions: [
      ['Do the figures follow by themselves?', 'Yes, within about a second. There is no need to reload.'],
      [
        'What does “not reported yet” mean?',
        'The speaker has not sent its log, mostly for want of a network. It plays the schedule it has; the outcome appears when it is back.',
      ],
      [
        'How do I stop a broadcast at once?',
        'Press “Stop” beside it, then once more to confirm. The speakers stop within seconds.',
      ],
    ],
  },
  schedule: {
    title: 'Schedule',
    what: 'Plan what plays when and where; see the whole week and how each broadcast went.',
    todo: [
      'Press “Add a broadcast”: what, when, who hears it. Overlaps and permitted hours are checked as you type, and a free time is offered.',
      'Drag a broadcast to move it, or press it to edit, move or cancel: only this one, this and all that follow, or all.',
      'Press “Next 24 hours” to see what will play, how loud and why.',
      'Afterwards press a broadcast to see what each speaker played, and why not.',
    ],
    words: ['schedule', 'session', 'clash', 'freeTime', 'hours', 'limits', 'priority', 'ready'],
    questions: [
      [
        'I cancelled the wrong one. What now?',
        'Press “Undo” in the note that appeared, or open it and press “Restore”.',
      ],
      [
        'Why was my broadcast refused?',
        'It is outside the permitted hours or beyond a limit of the area. The line beside the time says which; “Use this time” takes the next free one.',
      ],
      [
        'Does a speaker play that is offline?',
        'Yes, if it had downloaded all before. The figure on each broadcast says how many are ready.',
      ],
      [
        'How do I keep holidays silent?',
        'When you add or edit a broadcast, choose that it rests on holidays. Holidays are set on the Areas page.',
      ],
    ],
  },
  library: {
    title: 'Library',
    what: 'All bulletins and programmes of the area.',
    todo: [
      'Search by title, campaign or author; diacritics do not matter.',
      'Filter by state, topic or campaign.',
      'Add a bulletin: upload a file, record, or write a text that is read aloud.',
      'Under “Programmes” put bulletins together that play one after the other.',
    ],
    words: ['bulletin', 'draft', 'submit', 'returned', 'topic', 'campaign'],
    questions: [
      [
        'The network went while I was uploading. Must I start again?',
        'No. It goes on by itself. After a reload choose the same file and it goes on where it was.',
      ],
      [
        'Where do I delete a bulletin?',
        'Bulletins are kept as evidence. If you do not want one any more, just do not schedule it.',
      ],
    ],
  },
  bulletin: {
    title: 'Bulletin',
    what: 'One bulletin: listen, read, see who wrote and approved it, and how it changed.',
    todo: [
      'Listen to each of its languages.',
      'Edit it, then submit it, so that a leader lets it go on air.',
      'Approvers approve it, or return it with a comment.',
      'Once it is approved, schedule it.',
    ],
    words: ['bulletin', 'author', 'approver', 'submit', 'returned', 'variants'],
    questions: [
      ['What if I change an approved bulletin?', 'The changed one must be approved again before it plays.'],
      ['Why can’t I approve this one?', 'Because you had a hand in it. Author and approver must be two people.'],
    ],
  },
  compose: {
    title: 'Write a bulletin',
    what: 'Add a sound and what is to be known about it.',
    todo: [
      'Choose where the sound comes from: a file, the microphone, a text that is read aloud, or one that exists.',
      'Listen, and cut off what is too much at the start and the end.',
      'Fill in title, topic and campaign; add other languages.',
      'Save it as a draft for later, or save and submit it.',
    ],
    words: ['bulletin', 'readAloud', 'trim', 'variants', 'topic', 'campaign', 'draft', 'submit'],
    questions: [
      [
        'Is it lost when I close the page?',
        'No. What you filled in is kept on this computer and is there again when you come back.',
      ],
      [
        'The voice reads a word wrongly. What can I do?',
        'Write the word as it is spoken, then have the new text read.',
      ],
      ['My file is too quiet. Must I change it?', 'No. The volume is adjusted for horns by itself.'],
    ],
  },
  programmes: {
    title: 'Programmes',
    what: 'Bulletins that play one after the other in one broadcast.',
    todo: [
      'Add a programme and choose bulletins from the list beside it.',
      'Drag them, or use the buttons, to change their order; save the programme.',
      'Schedule the programme.',
    ],
    words: ['programme', 'bulletin', 'standing'],
    questions: [
      ['Does a bulletin play that is not approved?', 'No. It is left out until it is.'],
      ['Do scheduled broadcasts follow a change?', 'Yes: those that have not played yet have the new content.'],
    ],
  },
  approvals: {
    title: 'Approvals',
    what: 'Bulletins that wait for a leader to let them go on air.',
    todo: [
      'Listen or read, and see where and when it will sound.',
      'Approve it, or return it and say what to change.',
      'When you are away, let somebody approve in your place for a time.',
      'Approve a familiar programme ahead.',
    ],
    words: ['approver', 'author', 'returned', 'standing', 'delegation'],
    questions: [
      ['What happens when I approve?', 'The bulletin may play from now on. What is scheduled for it plays on time.'],
      [
        'Why is there no button to approve?',
        'You had a hand in this bulletin, or it belongs to an area in which you do not approve.',
      ],
    ],
  },
  airtime: {
    title: 'Airtime',
    what: 'What was planned against what was played, for reports and for checking.',
    todo: [
      'Choose the time, then look by area, topic, campaign, language, day, week or month.',
      'Press a line to look closer, down to a single play and its evidence.',
      'Take it away as Excel or CSV, or print a report on A4.',
    ],
    words: ['airtime', 'played', 'missed', 'unknown', 'unplanned', 'topic', 'campaign', 'playLog'],
    questions: [
      [
        'Why do yesterday’s figures change?',
        'Speakers without a network report late. Then “not reported” becomes “played” or “missed”.',
      ],
      [
        'Can I trust the figures?',
        'Yes. Each play has entries that the speaker wrote itself and the server checked; press a play to see them.',
      ],
    ],
  },
}

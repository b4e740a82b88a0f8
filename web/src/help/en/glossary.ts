import type { HelpTexts } from '../types.ts'

export const glossary: HelpTexts['glossary'] = {
  speaker: {
    word: 'Speaker',
    meaning:
      'A pole with its horns and the device that plays on them. The device keeps the schedule and the sounds and plays on time by itself, without a network too.',
  },
  area: {
    word: 'Area',
    meaning:
      'A province, commune or village. Rights, rules and broadcasts set for an area hold for all that lies below it.',
  },
  bulletin: {
    word: 'Bulletin',
    meaning: 'Something to broadcast: a sound with its title, topic and language. It must be approved before it plays.',
  },
  programme: { word: 'Programme', meaning: 'Several bulletins that play one after the other, such as “Morning news”.' },
  schedule: {
    word: 'Broadcast',
    meaning: 'Says what plays, when, how it repeats and on which speakers. It may play on many days.',
  },
  session: { word: 'Broadcast of a day', meaning: 'One time that a broadcast plays, such as 05:30 on 25/11/2026.' },
  hours: {
    word: 'Permitted hours',
    meaning:
      'The hours of the week in which an area permits broadcasts. Outside them speakers are silent, but for emergencies. The speaker itself keeps to them too.',
  },
  limits: {
    word: 'Limits',
    meaning:
      'How many broadcasts a day, and how many minutes at a time and a day, an area permits. Below, they may only be made tighter.',
  },
  priority: {
    word: 'Priority',
    meaning:
      'When two things meet, the higher one plays first: emergency, then live, priority, normal, and last what fills gaps.',
  },
  filler: { word: 'Filler', meaning: 'What fills gaps, such as music. It gives way to every other broadcast.' },
  emergency: {
    word: 'Emergency broadcast',
    meaning:
      'A warning of disaster, fire or epidemic. It plays at once, interrupts everything, and is not bound by permitted hours.',
  },
  clash: {
    word: 'Overlap',
    meaning:
      'Two broadcasts need the same speaker at the same time. While you plan, it is said at once which one plays later, is interrupted or is left out.',
  },
  freeTime: {
    word: 'Next free time',
    meaning: 'The nearest time at which the broadcast fits: no overlap, within the permitted hours and the limits.',
  },
  holiday: {
    word: 'Holiday',
    meaning:
      'A public holiday or a day of the area’s own. Broadcasts set to rest on holidays do not play on these days.',
  },
  suspension: {
    word: 'Suspension',
    meaning: 'A whole area is silent for some days, for mourning or exams. Emergencies still play.',
  },
  leadIn: { word: 'Lead-in', meaning: 'A chime or a short tune before each broadcast, so that people listen.' },
  merger: {
    word: 'Merger or move',
    meaning:
      'From the day set, a commune or village belongs to another area together with its speakers. What came before still counts for the old one.',
  },
  author: { word: 'Author', meaning: 'Whoever wrote, changed or submitted a bulletin, or added its sound.' },
  approver: {
    word: 'Approver',
    meaning: 'The leader who lets a bulletin go on air. Nobody approves what they had a hand in.',
  },
  draft: {
    word: 'Draft',
    meaning: 'A bulletin that is still being written. It is not submitted, so it does not play.',
  },
  submit: {
    word: 'Submit',
    meaning: 'Send a bulletin to those who approve. They listen and read, then approve it or return it with a comment.',
  },
  returned: {
    word: 'Returned',
    meaning: 'The approver did not agree and says what to change. After the change it is submitted again.',
  },
  standing: {
    word: 'Standing approval',
    meaning:
      'A leader approves a familiar programme ahead, for a time; its bulletins are approved as they are submitted.',
  },
  delegation: {
    word: 'Delegation',
    meaning: 'Somebody else approves while a leader is away, for a time. Each decision carries both names.',
  },
  topic: {
    word: 'Topic',
    meaning: 'What a bulletin is about, such as policy or health. For searching and for figures.',
  },
  campaign: {
    word: 'Campaign',
    meaning: 'The drive that a bulletin belongs to, such as “Vaccination”. For searching and for figures.',
  },
  variants: {
    word: 'Languages',
    meaning:
      'The same bulletin in several languages, such as Vietnamese and H’Mông. Each speaker plays the first language of its list that the bulletin has.',
  },
  readAloud: {
    word: 'Text read aloud',
    meaning: 'You write the text and a voice of your choice reads it. Listen to it before you submit.',
  },
  trim: {
    word: 'Cut start, end',
    meaning: 'Take away what is too much at the start and the end. The original is kept.',
  },
  group: { word: 'Group', meaning: 'Some speakers put together to play the same, such as “Market”.' },
  pairing: {
    word: 'Enrolment code',
    meaning:
      'A code that works once and tells a device at the pole which speaker it is. New hardware or a new card needs one.',
  },
  online: {
    word: 'Online, offline',
    meaning:
      'Online: the server can reach the speaker. Offline: it cannot for now; the speaker still plays the schedule it has.',
  },
  ready: {
    word: 'Downloaded',
    meaning: 'The speaker has the schedule and all sounds of a broadcast, so it plays without a network too.',
  },
  alarm: {
    word: 'Alarm',
    meaning:
      'Something at a speaker that needs a person, such as a failed sound card, a full disk or sound outside the plan.',
  },
  identify: {
    word: 'Beep',
    meaning: 'A short sound, so that whoever stands at the pole knows that this is the speaker.',
  },
  volume: {
    word: 'Volume',
    meaning:
      'How loud a speaker is, in per cent. “Maximum volume” is what its horns stand; “emergency volume” is the least for emergencies.',
  },
  muted: { word: 'Muted', meaning: 'The speaker plays emergencies only, until its sound is turned on again.' },
  clock: {
    word: 'The speaker’s clock',
    meaning: 'A speaker plays by its own clock. While it is not sure of the time it plays emergencies only.',
  },
  revoke: {
    word: 'Revoke',
    meaning: 'Cut a device off for good, for instance when it was stolen. To use it again it must be enrolled again.',
  },
  playLog: {
    word: 'Play log',
    meaning:
      'The speaker writes down all that it plays: from when to when, how long, why it stopped. Without a network it reports later.',
  },
  airtime: { word: 'Airtime', meaning: 'How long speakers were to play, and did play, within some time.' },
  played: { word: 'Played', meaning: 'The speaker reported that it played this, and how long.' },
  partial: {
    word: 'Played in part',
    meaning: 'It began but stopped before its end, for instance when the power went.',
  },
  missed: { word: 'Missed, did not play', meaning: 'It was to play and did not. The reason is always given.' },
  unknown: {
    word: 'Not reported yet',
    meaning:
      'The speaker has not sent its log of that time, mostly for want of a network. The outcome appears when it does.',
  },
  unplanned: { word: 'Outside the plan', meaning: 'A speaker played what no plan explains. Have a look at the pole.' },
  role: { word: 'Role', meaning: 'What somebody may do, and in which area. One person can hold several.' },
  oneTimeLink: {
    word: 'One-time sign-in link',
    meaning: 'An address for somebody new, or somebody who forgot the password. It opens once, within the time given.',
  },
  twoStep: {
    word: 'Second factor',
    meaning: 'Besides the password a code of 6 digits from the phone. Whoever knows only the password does not get in.',
  },
  recoveryCode: {
    word: 'Recovery code',
    meaning: 'A printed code that works once in place of the phone’s, when the phone is not at hand.',
  },
  signedIn: {
    word: 'Session',
    meaning: 'A computer or phone that is signed in with an account. When its session is ended it must sign in again.',
  },
  trail: { word: 'Audit trail', meaning: 'Who did what, when and from where. Nobody can change or delete it.' },
  chain: {
    word: 'Intact chain',
    meaning: 'Each entry is tied to the one before, so that a change or a deletion shows as soon as it is verified.',
  },
  undo: { word: 'Undo', meaning: 'The button that appears after you did something; it puts all back as it was.' },
}

import { describe, expect, test } from 'vitest'
import { hashBytes } from '#protocol/ids.ts'
import {
  collectContributors,
  decideApprove,
  decideFourEyes,
  decideReturn,
  decideSubmit,
  findRepeatedLanguage,
  hashContent,
  isSameContent,
  planItems,
  type RevisionFacts,
} from '#server/library/rules.ts'

const author = 'author'
const approver = 'approver'
const pending: RevisionFacts = {
  id: 'r1',
  state: 'pending',
  contentHash: 'h1',
  authorId: author,
  standingApprovalId: null,
  clipStates: ['ready'],
}
const own = (accountId: string) => ({ accountId, rights: [null] })
const seen = { revisionId: 'r1', contentHash: 'h1' }

describe('submitting', () => {
  test.each([
    ['a draft whose audio is ready', { state: 'draft', clipStates: ['ready'] }, { ok: true, next: 'pending' }],
    ['what was returned', { state: 'returned', clipStates: ['ready'] }, { ok: true, next: 'pending' }],
    [
      'audio that is still being processed',
      { state: 'draft', clipStates: ['processing'] },
      { ok: false, refusal: 'clip-not-ready' },
    ],
    [
      'a variant whose audio is still being processed',
      { state: 'draft', clipStates: ['ready', 'processing'] },
      { ok: false, refusal: 'clip-not-ready' },
    ],
    ['audio that was rejected', { state: 'draft', clipStates: ['rejected'] }, { ok: false, refusal: 'clip-not-ready' }],
    [
      'what is pending already',
      { state: 'pending', clipStates: ['ready'] },
      { ok: false, refusal: 'revision-not-submittable' },
    ],
    [
      'what is approved',
      { state: 'approved', clipStates: ['ready'] },
      { ok: false, refusal: 'revision-not-submittable' },
    ],
  ] as const)('%s', (_what, facts, expected) => {
    expect(decideSubmit({ ...pending, ...facts }, 'r1')).toEqual(expected)
  })

  test('another revision than the one that was seen', () => {
    expect(decideSubmit({ ...pending, state: 'draft' }, 'r0')).toEqual({ ok: false, refusal: 'revision-outdated' })
  })
})

describe('approving (four eyes)', () => {
  const contributorIds = new Set([author, 'earlier author', 'uploader'])
  test.each([
    ['another person approves what was seen', {}, seen, approver, { ok: true, next: 'approved', right: null }],
    ['the author may not', {}, seen, author, { ok: false, refusal: 'author-may-not-decide' }],
    [
      'nor the author of an earlier revision',
      {},
      seen,
      'earlier author',
      { ok: false, refusal: 'author-may-not-decide' },
    ],
    ['nor whoever uploaded its audio', {}, seen, 'uploader', { ok: false, refusal: 'author-may-not-decide' }],
    [
      'the content changed since',
      {},
      { ...seen, contentHash: 'h0' },
      approver,
      { ok: false, refusal: 'revision-outdated' },
    ],
    [
      'a newer revision exists',
      {},
      { ...seen, revisionId: 'r0' },
      approver,
      { ok: false, refusal: 'revision-outdated' },
    ],
    ['a draft was never submitted', { state: 'draft' }, seen, approver, { ok: false, refusal: 'revision-not-pending' }],
    ['approved twice', { state: 'approved' }, seen, approver, { ok: false, refusal: 'revision-not-pending' }],
    [
      'what only a standing approval approved, in person',
      { state: 'approved', standingApprovalId: 's1' },
      seen,
      approver,
      { ok: true, next: 'approved', right: null },
    ],
    [
      'but not by who had a hand in it',
      { state: 'approved', standingApprovalId: 's1' },
      seen,
      author,
      { ok: false, refusal: 'author-may-not-decide' },
    ],
  ] as const)('%s', (_what, facts, named, actor, expected) => {
    expect(decideApprove({ ...pending, contributorIds, ...facts }, named, own(actor))).toEqual(expected)
  })

  const lent = { ok: false, refusal: 'delegator-may-not-decide' }
  test.each([
    ['in the place of who is away', [approver], { ok: true, next: 'approved', right: approver }],
    ['the own right goes first', [null, approver], { ok: true, next: 'approved', right: null }],
    ['not in the place of a contributor: that right does not exist', [author], lent],
    ['not in the place of whoever uploaded its audio', ['uploader'], lent],
    ['in the place of another who is away', [author, approver], { ok: true, next: 'approved', right: approver }],
    ['in the own right, though a contributor is away too', [null, author], { ok: true, next: 'approved', right: null }],
  ])('%s', (_what, rights, expected) => {
    expect(decideFourEyes(contributorIds, { accountId: 'deputy', rights })).toEqual(expected)
  })

  test('a lent right lets nobody approve what they had a hand in themselves', () => {
    expect(decideFourEyes(contributorIds, { accountId: author, rights: [approver] })).toEqual({
      ok: false,
      refusal: 'author-may-not-decide',
    })
  })
})

describe('who had a hand in a bulletin', () => {
  const clip = (createdById: string, sha256: string | null = `audio of ${createdById}`) => ({ createdById, sha256 })
  type Audio = ReturnType<typeof clip>
  const revision = (authorId: string, audio: Audio, bulletinId = 'b1', variants: Audio[] = []) => ({
    bulletinId,
    authorId,
    clips: [audio, ...variants],
  })
  test.each([
    ['who wrote it and brought its audio', [revision('an', clip('an'))], [], { b1: ['an'] }],
    ['who brought the audio to another’s text', [revision('an', clip('binh'))], [], { b1: ['an', 'binh'] }],
    [
      'who brought the audio in another language, also as the same bytes before',
      [revision('an', clip('an'), 'b1', [clip('binh', 'hmn')])],
      [clip('chi', 'hmn')],
      { b1: ['an', 'binh', 'chi'] },
    ],
    [
      'the author of an earlier revision that another edited trivially',
      [revision('binh', clip('an')), revision('an', clip('an'))],
      [],
      { b1: ['an', 'binh'] },
    ],
    [
      'the author of an earlier revision of which nothing seems left',
      [revision('binh', clip('binh')), revision('an', clip('an'))],
      [],
      { b1: ['an', 'binh'] },
    ],
    [
      'who had uploaded the same audio before',
      [revision('binh', clip('binh', 'same'))],
      [clip('binh', 'same'), clip('an', 'same')],
      { b1: ['an', 'binh'] },
    ],
    [
      'not who uploaded other audio, nor what is not ready yet',
      [revision('binh', clip('binh', null))],
      [clip('an', 'other'), clip('chi', null)],
      { b1: ['binh'] },
    ],
    [
      'each bulletin has its own',
      [revision('an', clip('an')), revision('binh', clip('binh'), 'b2')],
      [clip('an'), clip('binh')],
      { b1: ['an'], b2: ['binh'] },
    ],
  ])('%s', (_what, contributions, uploads, expected) => {
    const found = [...collectContributors(contributions, uploads)].map(([id, people]) => [id, [...people].sort()])
    expect(Object.fromEntries(found)).toEqual(expected)
  })
})

describe('returning', () => {
  const returned = { ok: true, next: 'returned', right: null } as const
  test.each([
    ['a pending revision', {}, own(approver), returned],
    ['an approved one: the approval is withdrawn', { state: 'approved' }, own(approver), returned],
    ['the author takes an approved one off the air', { state: 'approved' }, own(author), returned],
    ['the author may not judge the own pending text', {}, own(author), { ok: false, refusal: 'author-may-not-decide' }],
    [
      'nor may somebody in the author’s place',
      {},
      { accountId: 'deputy', rights: [author] },
      { ok: false, refusal: 'delegator-may-not-decide' },
    ],
    ['a draft', { state: 'draft' }, own(approver), { ok: false, refusal: 'revision-not-returnable' }],
  ] as const)('%s', (_what, facts, actor, expected) => {
    expect(decideReturn({ ...pending, ...facts }, seen, actor)).toEqual(expected)
  })
})

test('an approval is bound to everything that people hear and that is counted', () => {
  const content = { title: 'Tiêm chủng', topic: 'society', language: 'vi', clipHash: 'a', variants: [] }
  const [hmong, tay] = [
    { language: 'hmn', clipHash: 'c' },
    { language: 'tyz', clipHash: 'd' },
  ]
  const hashes = [
    content,
    { ...content, variants: [hmong] },
    { ...content, variants: [{ ...hmong, language: 'tyz' }] },
    { ...content, variants: [{ ...hmong, clipHash: 'd' }] },
    { ...content, variants: [hmong, tay] },
    { ...content, title: 'Khác' },
    { ...content, topic: 'policy' },
    { ...content, language: 'hmn' },
    { ...content, clipHash: 'b' },
  ]
  expect(new Set(hashes.map(hashContent)).size).toBe(hashes.length)
  expect(hashContent({ ...content })).toBe(hashContent(content))
  const [inOrder, turned] = [
    [hmong, tay],
    [tay, hmong],
  ]
  expect(hashContent({ ...content, variants: inOrder })).toBe(hashContent({ ...content, variants: turned }))
  // What was approved before there were variants stays approved: its content is the same.
  expect(hashContent(content)).toBe(hashBytes(JSON.stringify(['Tiêm chủng', 'society', 'vi', 'a'])))
})

test.each([
  [['vi'], undefined],
  [['vi', 'hmn', 'tyz'], undefined],
  [['vi', 'hmn', 'vi'], 'vi'],
  [['zh-Hant', 'zh-hant'], 'zh-hant'],
])('a language that %j has twice: %s', (languages, repeated) => {
  expect(findRepeatedLanguage(languages)).toBe(repeated)
})

test('the order of the variants is no change of the content', () => {
  const [hmong, tay] = [
    { language: 'hmn', clipId: 'c' },
    { language: 'tyz', clipId: 'd' },
  ]
  const content = { title: 'x', topic: 'policy', language: 'vi', clipId: 'a', variants: [hmong, tay] }
  expect(isSameContent(content, { ...content, variants: [tay, hmong] })).toBe(true)
  expect(isSameContent(content, { ...content, variants: [hmong] })).toBe(false)
  expect(isSameContent(content, { ...content, variants: [hmong, { ...tay, clipId: 'e' }] })).toBe(false)
})

describe('a programme’s new order', () => {
  const current = [
    { itemId: 'i1', bulletinId: 'a' },
    { itemId: 'i2', bulletinId: 'b' },
    { itemId: 'i3', bulletinId: 'a' },
  ]
  test.each([
    [
      'the same',
      ['a', 'b', 'a'],
      {
        keep: [
          ['i1', 0],
          ['i2', 1],
          ['i3', 2],
        ],
        add: [],
        remove: [],
      },
    ],
    [
      'another order keeps the items',
      ['b', 'a', 'a'],
      {
        keep: [
          ['i2', 0],
          ['i1', 1],
          ['i3', 2],
        ],
        add: [],
        remove: [],
      },
    ],
    [
      'one taken out',
      ['a', 'b'],
      {
        keep: [
          ['i1', 0],
          ['i2', 1],
        ],
        add: [],
        remove: ['i3'],
      },
    ],
    [
      'one put in',
      ['c', 'a', 'b', 'a'],
      {
        keep: [
          ['i1', 1],
          ['i2', 2],
          ['i3', 3],
        ],
        add: [['c', 0]],
        remove: [],
      },
    ],
    ['all replaced', ['c'], { keep: [], add: [['c', 0]], remove: ['i1', 'i2', 'i3'] }],
  ] as const)('%s', (_what, wanted, expected) => {
    const change = planItems(current, wanted)
    expect({
      keep: change.keep.map((item) => [item.itemId, item.position]),
      add: change.add.map((item) => [item.bulletinId, item.position]),
      remove: change.remove,
    }).toEqual(expected)
  })
})

import { spawn } from 'node:child_process'
import { appendFile, mkdir, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, it } from 'vitest'
import { systemClock } from '#agent/clock.ts'
import { openLedger } from '#agent/io/ledger.ts'
import { hashBytes, ledgerId } from '#protocol/ids.ts'
import type { LedgerEntry } from '#protocol/ledger.ts'
import { limits } from '#protocol/limits.ts'
import { emptyLedgerHash } from '#protocol/link.ts'
import { fact, id, makeFolder, makeLog, someBoot } from './fixtures.ts'

async function open(stateDir: string, firstLedgerId: string) {
  const entries: LedgerEntry[] = []
  const { log, lines } = makeLog()
  const ledger = await openLedger({
    stateDir,
    firstLedgerId: ledgerId.parse(firstLedgerId),
    clock: systemClock,
    context: () => ({ bootId: someBoot, clock: 'trusted', targetRevision: 7 }),
    log,
    onEntry: (entry) => void entries.push(entry),
  })
  return { ledger, entries, lines }
}

async function readFiles(stateDir: string, ledger: string): Promise<{ file: string; text: string }[]> {
  const folder = path.join(stateDir, 'ledger', ledger)
  const names = (await readdir(folder)).filter((name) => name.endsWith('.ndjson')).sort()
  return Promise.all(
    names.map(async (name) => ({
      file: path.join(folder, name),
      text: await readFile(path.join(folder, name), 'utf8'),
    })),
  )
}

describe('the ledger on disk', () => {
  it('chains entries over their exact bytes, and finds them again', async () => {
    const [stateDir, ledgerName] = [await makeFolder(), id()]
    const first = await open(stateDir, ledgerName)
    expect(first.ledger.head).toEqual({ ledgerId: ledgerName, seq: 0, hash: emptyLedgerHash })
    await Promise.all([1, 2, 3].map((n) => first.ledger.append(fact(n))))
    await first.ledger.append(fact(4))
    const { head } = first.ledger
    await first.ledger.close()

    const [file] = await readFiles(stateDir, ledgerName)
    let prevHash: string = emptyLedgerHash
    for (const [index, line] of (file?.text ?? '').trimEnd().split('\n').entries()) {
      const entry = JSON.parse(line)
      expect(entry).toMatchObject({
        seq: index + 1,
        prevHash,
        ledgerId: ledgerName,
        targetRevision: 7,
        clock: 'trusted',
      })
      prevHash = hashBytes(line)
    }
    expect(head).toEqual({ ledgerId: ledgerName, seq: 4, hash: prevHash })

    const second = await open(stateDir, ledgerName)
    expect(second.ledger.head).toEqual(head)
    expect(second.entries.map(({ seq }) => seq)).toEqual([1, 2, 3, 4])
    await second.ledger.close()
  })

  it('loses nothing that was durable when the writer is killed at any moment', async () => {
    const [stateDir, ledgerName] = [await makeFolder(), id()]
    const writer = path.resolve(import.meta.dirname, 'ledger-writer.fixture.ts')
    for (const killAfter of [1, 23, 60]) {
      const child = spawn(process.execPath, ['--import', 'tsx', writer, stateDir, ledgerName], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      let durable = 0
      let seen = 0
      for await (const line of createInterface({ input: child.stdout })) {
        const seq = /^durable (\d+)$/.exec(line)?.[1]
        if (seq === undefined) continue
        durable = Math.max(durable, Number(seq))
        seen += 1
        if (seen >= killAfter) child.kill('SIGKILL')
      }
      const { ledger, entries } = await open(stateDir, ledgerName)
      expect(ledger.head.ledgerId).toBe(ledgerName)
      expect(ledger.head.seq).toBeGreaterThanOrEqual(durable)
      expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: ledger.head.seq }, (_, i) => i + 1))
      await ledger.close()
    }
  })

  it.each([
    ['half an entry', '{"version":1,"ledgerId":"'],
    ['half an entry with a line feed', '{"version":1,"ledge\n'],
    ['zeros, as a file system leaves them', '\0\0\0\0\0\0\0\0'],
  ])('cuts off a torn tail (%s) and keeps it aside', async (_name, torn) => {
    const [stateDir, ledgerName] = [await makeFolder(), id()]
    const before = await open(stateDir, ledgerName)
    for (const n of [1, 2, 3]) await before.ledger.append(fact(n))
    const { head } = before.ledger
    await before.ledger.close()
    const [file] = await readFiles(stateDir, ledgerName)
    await appendFile(file?.file ?? '', torn)

    const after = await open(stateDir, ledgerName)
    expect(after.ledger.head).toEqual(head)
    expect(after.lines.join()).toContain('torn')
    await after.ledger.append(fact(4))
    await after.ledger.close()
    const names = await readdir(path.dirname(file?.file ?? ''))
    const aside = names.find((name) => name.includes('.torn-at-')) ?? ''
    expect(await readFile(path.join(path.dirname(file?.file ?? ''), aside), 'utf8')).toBe(torn)
    expect((await open(stateDir, ledgerName)).ledger.head.seq).toBe(4)
  })

  it.each([
    ['a bit flipped in the middle', (text: string) => text.replace('"seq":2', '"seq":9')],
    ['an entry cut out', (text: string) => text.split('\n').toSpliced(1, 1).join('\n')],
    ['an entry of another ledger', (text: string) => text.replace(/"ledgerId":"[^"]{8}/, '"ledgerId":"deadbeef')],
  ])('closes a ledger that is damaged before its end (%s), and begins another', async (_name, damage) => {
    const [stateDir, ledgerName] = [await makeFolder(), id()]
    const before = await open(stateDir, ledgerName)
    for (const n of [1, 2, 3]) await before.ledger.append(fact(n))
    await before.ledger.close()
    const [file] = await readFiles(stateDir, ledgerName)
    await writeFile(file?.file ?? '', damage(file?.text ?? ''))

    const after = await open(stateDir, ledgerName)
    const fresh = after.ledger.head.ledgerId
    expect(fresh).not.toBe(ledgerName)
    expect(after.ledger.head.seq).toBe(0)
    await after.ledger.append(fact(4))
    await after.ledger.close()
    expect((await readFiles(stateDir, ledgerName))[0]?.text).toBe(damage(file?.text ?? ''))

    // The new one stays, and what the old one told is still known.
    const again = await open(stateDir, ledgerName)
    expect(again.ledger.head).toMatchObject({ ledgerId: fresh, seq: 1 })
    expect(again.entries.at(-1)).toMatchObject({ ledgerId: fresh, seq: 1 })
    expect(again.entries.length).toBeGreaterThan(1)
  })

  it('hands out batches within the limits, and goes on where the server acknowledged', async () => {
    const [stateDir, ledgerName] = [await makeFolder(), id()]
    const { ledger } = await open(stateDir, ledgerName)
    await Promise.all(Array.from({ length: 1_000 }, (_, n) => ledger.append(fact(n))))
    expect((await readFiles(stateDir, ledgerName)).length).toBeGreaterThan(1)

    const sent: number[] = []
    for (let batch = await ledger.readBatch(); batch.entries.length > 0; batch = await ledger.readBatch()) {
      expect(batch.entries.length).toBeLessThanOrEqual(limits.maxLedgerEntriesPerBatch)
      expect(Math.ceil((JSON.stringify(batch).length * 4) / 3)).toBeLessThan(limits.maxLedgerBatchBytes)
      sent.push(...batch.entries.map((text) => JSON.parse(text).seq))
      const seq = batch.firstSeq + batch.entries.length - 1
      const hash = hashBytes(batch.entries.at(-1) ?? '')
      expect(await ledger.acknowledge({ ledgerId: batch.ledgerId, seq, hash })).toBe('ok')
    }
    expect(sent).toEqual(Array.from({ length: 1_000 }, (_, i) => i + 1))
    await ledger.close()

    const again = (await open(stateDir, ledgerName)).ledger
    expect(again.acknowledgedSeq).toBe(1_000)
    expect((await again.readBatch()).entries).toEqual([])
  })

  it('believes the server about how far it got, and tells a fork', async () => {
    const [stateDir, ledgerName] = [await makeFolder(), id()]
    const { ledger } = await open(stateDir, ledgerName)
    for (const n of [1, 2, 3]) await ledger.append(fact(n))
    const own = ledger.head
    const hashOf = async (seq: number) => {
      const [file] = await readFiles(stateDir, ledgerName)
      return hashBytes(file?.text.split('\n')[seq - 1] ?? '')
    }
    expect(await ledger.acknowledge(own)).toBe('ok')
    expect(ledger.acknowledgedSeq).toBe(3)
    // Restored from a backup: it knows less than it said.
    expect(await ledger.acknowledge({ ...own, seq: 1, hash: await hashOf(1) })).toBe('ok')
    expect((await ledger.readBatch()).entries.length).toBe(2)
    // The card was restored from a backup: the server knows more than the device.
    expect(await ledger.acknowledge({ ...own, seq: 9 })).toBe('forked')
    expect(await ledger.acknowledge({ ...own, seq: 2, hash: hashBytes('other') })).toBe('forked')
    // About another ledger: not this one's business.
    expect(await ledger.acknowledge({ ledgerId: ledgerId.parse(id()), seq: 9, hash: own.hash })).toBe('ok')

    await ledger.beginNew()
    expect(ledger.head).toMatchObject({ seq: 0, hash: emptyLedgerHash })
    expect(ledger.head.ledgerId).not.toBe(ledgerName)
    await ledger.append(fact(4))
    expect((await ledger.readBatch()).entries.length).toBe(1)
  })

  it('still offers what the server lacks of a ledger that was given up, as far as its chain is whole', async () => {
    const [stateDir, ledgerName] = [await makeFolder(), id()]
    const first = await open(stateDir, ledgerName)
    await Promise.all(Array.from({ length: 1_000 }, (_, n) => first.ledger.append(fact(n))))
    const texts = (await readFiles(stateDir, ledgerName)).flatMap(({ text }) => text.trimEnd().split('\n'))
    const positionOf = (seq: number) => ({ seq, hash: hashBytes(texts[seq - 1] ?? '') })
    await first.ledger.acknowledge({ ledgerId: first.ledger.head.ledgerId, ...positionOf(300) })
    await first.ledger.beginNew()
    expect(first.ledger.earlier.map(({ pending, stranded }) => [pending, stranded])).toEqual([[700, 0]])
    await first.ledger.append(fact(1))
    await first.ledger.close()

    const { ledger } = await open(stateDir, ledgerName)
    const [earlier] = ledger.earlier
    if (earlier === undefined) throw new Error('no earlier ledger')
    const sent: string[] = []
    for (let batch = await earlier.readBatch(); batch.entries.length > 0; batch = await earlier.readBatch()) {
      expect(batch).toMatchObject({ ledgerId: ledgerName, firstSeq: 301 + sent.length, head: positionOf(1_000) })
      sent.push(...batch.entries)
      expect(await earlier.acknowledge(positionOf(batch.firstSeq + batch.entries.length - 1))).toBe('ok')
    }
    expect(sent).toEqual(texts.slice(300))
    expect(earlier.pending).toBe(0)
    // A server restored from a backup stands further back; one that names an entry of another history is not followed.
    expect(await earlier.acknowledge(positionOf(990))).toBe('ok')
    expect(await earlier.acknowledge({ seq: 995, hash: hashBytes('other') })).toBe('unknown')
    expect(await earlier.acknowledge({ seq: 2_000, hash: hashBytes('other') })).toBe('unknown')
    await ledger.close()
    expect((await open(stateDir, ledgerName)).ledger.earlier[0]?.pending).toBe(10)
  })

  it('tells apart what lies before and behind the damage in a ledger that was given up', async () => {
    const [stateDir, ledgerName] = [await makeFolder(), id()]
    const before = await open(stateDir, ledgerName)
    for (const n of [1, 2, 3, 4, 5]) await before.ledger.append(fact(n))
    await before.ledger.close()
    const [file] = await readFiles(stateDir, ledgerName)
    const lines = (file?.text ?? '').split('\n')
    const hashOf = (seq: number) => hashBytes(lines[seq - 1] ?? '')
    await writeFile(file?.file ?? '', lines.with(2, '{"rotten":').join('\n'))

    const { ledger, lines: told } = await open(stateDir, ledgerName)
    const [earlier] = ledger.earlier
    expect(earlier).toMatchObject({ ledgerId: ledgerName, pending: 2, stranded: 2 })
    expect((await earlier?.readBatch())?.entries).toEqual(lines.slice(0, 2))
    expect(told.join()).toContain('cannot be delivered; they stay on the card')
    // The server has the damaged entry from before the damage: what follows it can be delivered.
    expect(await earlier?.acknowledge({ seq: 3, hash: hashOf(3) })).toBe('ok')
    expect(earlier).toMatchObject({ pending: 2, stranded: 0 })
    expect((await earlier?.readBatch())?.entries).toEqual(lines.slice(3, 5))
    await ledger.close()
  })

  it('deletes what was acknowledged and is old, and nothing else', async () => {
    const [stateDir, ledgerName] = [await makeFolder(), id()]
    const { ledger } = await open(stateDir, ledgerName)
    await Promise.all(Array.from({ length: 1_500 }, (_, n) => ledger.append(fact(n))))
    const files = (await readFiles(stateDir, ledgerName)).length
    const inAHundredDays = systemClock.now() + 100 * 86_400_000
    await ledger.prune(inAHundredDays)
    expect((await readFiles(stateDir, ledgerName)).length).toBe(files)

    await ledger.acknowledge(ledger.head)
    await ledger.prune(systemClock.now() + 89 * 86_400_000)
    expect((await readFiles(stateDir, ledgerName)).length).toBe(files)
    await ledger.prune(inAHundredDays)
    expect((await readFiles(stateDir, ledgerName)).length).toBe(1)
    const { head } = ledger
    await ledger.append(fact(0))
    await ledger.close()

    const again = await open(stateDir, ledgerName)
    expect(again.ledger.head.seq).toBe(head.seq + 1)
    expect(again.entries.at(-1)).toMatchObject({ prevHash: head.hash })
  })

  it('is not torn by a last file that was created and never written', async () => {
    const [stateDir, ledgerName] = [await makeFolder(), id()]
    const { ledger } = await open(stateDir, ledgerName)
    await ledger.append(fact(1))
    await ledger.close()
    const [file] = await readFiles(stateDir, ledgerName)
    await truncate(file?.file ?? '', 0)
    const again = await open(stateDir, ledgerName)
    expect(again.ledger.head.seq).toBe(0)
    await again.ledger.append(fact(2))
    expect(again.ledger.head.seq).toBe(1)
  })

  it.each([
    ['the file', (folder: string) => path.join(folder, '0000000001.ndjson')],
    ['the folder', (folder: string) => folder],
  ])('begins another ledger when the card does not give out %s of the present one', async (_name, placeOf) => {
    const [stateDir, ledgerName] = [await makeFolder(), id()]
    const before = await open(stateDir, ledgerName)
    for (const n of [1, 2]) await before.ledger.append(fact(n))
    expect(before.ledger.isDamaged).toBe(false)
    await before.ledger.close()
    await replaceByOther(placeOf(path.join(stateDir, 'ledger', ledgerName)))

    const after = await open(stateDir, ledgerName)
    expect(after.ledger.head).toMatchObject({ seq: 0, hash: emptyLedgerHash })
    expect(after.ledger.head.ledgerId).not.toBe(ledgerName)
    expect(after.ledger.isDamaged).toBe(true)
    expect(after.lines.join()).toContain('ledger damaged; it is kept, and another begun')
    await after.ledger.append(fact(3))
    await after.ledger.close()

    // The next start goes on with the new one, and still says what it cannot read.
    const again = await open(stateDir, ledgerName)
    expect(again.ledger.head).toEqual({ ...after.ledger.head, seq: 1 })
    expect(again.ledger.isDamaged).toBe(true)
    expect(again.lines.join()).toContain('cannot be read; they are left out')
    await again.ledger.close()
  })

  it('leaves out what it cannot read of an earlier ledger, counts it, and delivers what lies before', async () => {
    const [stateDir, ledgerName] = [await makeFolder(), id()]
    const first = await open(stateDir, ledgerName)
    await Promise.all(Array.from({ length: 2_000 }, (_, n) => first.ledger.append(fact(n))))
    await first.ledger.beginNew()
    await first.ledger.append(fact(1))
    await first.ledger.close()
    const files = await readFiles(stateDir, ledgerName)
    expect(files.length).toBeGreaterThan(2)
    const [whole = 0, broken = 0] = files.map(({ text }) => text.trimEnd().split('\n').length)
    await replaceByOther(files[1]?.file ?? '')

    const { ledger, entries, lines } = await open(stateDir, ledgerName)
    expect(ledger.isDamaged).toBe(true)
    expect(lines.join()).toMatch(/left out.*files=1/)
    expect(entries.length).toBe(2_000 - broken + 1)
    expect(ledger.earlier[0]).toMatchObject({ pending: whole, stranded: 2_000 - whole - broken })
    expect((await ledger.readBatch()).entries.length).toBe(1)
    await ledger.close()
  })

  it('does not offer what can be read no longer again and again', async () => {
    const [stateDir, ledgerName] = [await makeFolder(), id()]
    const { ledger } = await open(stateDir, ledgerName)
    for (const n of [1, 2]) await ledger.append(fact(n))
    await ledger.beginNew()
    const [earlier] = ledger.earlier
    expect(earlier?.pending).toBe(2)
    await replaceByOther(path.join(stateDir, 'ledger', ledgerName, '0000000001.ndjson'))
    expect((await earlier?.readBatch())?.entries).toEqual([])
    expect(earlier?.pending).toBe(0)
    await ledger.close()
  })

  it.each(['acknowledged.json', '../ledgers.json'])('does without an unreadable %s', async (name) => {
    const [stateDir, ledgerName] = [await makeFolder(), id()]
    const before = await open(stateDir, ledgerName)
    for (const n of [1, 2]) await before.ledger.append(fact(n))
    const { head } = before.ledger
    await before.ledger.acknowledge(head)
    await before.ledger.close()
    const file = path.join(stateDir, 'ledger', ledgerName, name)
    await rm(file, { force: true })
    await mkdir(file)

    const { ledger, lines } = await open(stateDir, ledgerName)
    expect(ledger.head).toEqual(head)
    expect(lines.join()).toContain('unreadable')
    expect(await ledger.acknowledge(head)).toBe('ok')
    await ledger.close()
    expect((await open(stateDir, ledgerName)).ledger.acknowledgedSeq).toBe(2)
  })
})

/** A folder in place of a file, or a file in place of a folder: reading it fails as from a broken card, for root too. */
async function replaceByOther(place: string): Promise<void> {
  await rename(place, `${place}.moved-away`)
  if (place.endsWith('.ndjson')) await mkdir(place)
  else await writeFile(place, '')
}

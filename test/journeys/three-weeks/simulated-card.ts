import { execFile } from 'node:child_process'
import { appendFile, cp, mkdir, open, readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { isErrno } from '#agent/io/files.ts'

const run = promisify(execFile)
const CARD_MEGABYTES = 16
/** Small: what is left of its room is found to the page. */
const FILLER_BYTES = 4_096
const stateFiles = ['target.json', 'trust.json', 'alive.json', 'begun.json', 'checkpoint.json', 'replay.json']

/** The memory card of a device: what lies on it when the power goes is what the next boot finds, and it may be damaged meanwhile. */
export class SimulatedCard {
  /** Undefined: this machine lends no file system of a size of its own (that takes root), so that none can be full. */
  readonly #mountPoint: string | undefined
  readonly #home: string
  #folder: string
  #copies = 0
  #isFull = false

  private constructor(home: string, mountPoint: string | undefined) {
    this.#home = home
    this.#mountPoint = mountPoint
    this.#folder = path.join(home, 'card-0')
  }

  static async insert(folder: string): Promise<SimulatedCard> {
    const home = path.join(folder, 'cards')
    await mkdir(home)
    const isRoot = process.getuid?.() === 0
    const mounted = isRoot
      ? await run('mount', ['-t', 'tmpfs', '-o', `size=${CARD_MEGABYTES}m`, 'tmpfs', home]).then(
          () => home,
          () => undefined,
        )
      : undefined
    const card = new SimulatedCard(home, mounted)
    await mkdir(card.folder)
    return card
  }

  get folder(): string {
    return this.#folder
  }

  get canBeFull(): boolean {
    return this.#mountPoint !== undefined
  }

  get isFull(): boolean {
    return this.#isFull
  }

  get #filler(): string {
    return path.join(this.#home, 'filler')
  }

  /** From here on the agent writes to something that nobody looks at any more; `forget` throws that away. */
  async keepAsItIs(): Promise<{ forget(): Promise<void> }> {
    const before = this.#folder
    const wasFull = this.#isFull
    if (wasFull) await this.free()
    this.#copies += 1
    this.#folder = path.join(this.#home, `card-${this.#copies}`)
    await cp(before, this.#folder, { recursive: true })
    return {
      forget: async () => {
        await rm(before, { recursive: true, force: true })
        if (wasFull) await this.fill()
      },
    }
  }

  async fill(): Promise<void> {
    if (!this.canBeFull) return
    this.#isFull = true
    try {
      for (;;) await appendFile(this.#filler, Buffer.alloc(FILLER_BYTES))
    } catch (cause) {
      if (!isErrno(cause, 'ENOSPC')) throw cause
    }
  }

  async free(): Promise<void> {
    this.#isFull = false
    await rm(this.#filler, { force: true })
  }

  /** Some bytes of a clip or a day plan are others; false when it holds none. */
  async damageClip(random: () => number): Promise<boolean> {
    const clips = (await readdir(path.join(this.#folder, 'clips'))).filter((name) => /^[0-9a-f]{64}$/.test(name)).sort()
    const name = clips[Math.floor(random() * clips.length)]
    if (name === undefined) return false
    const file = await open(path.join(this.#folder, 'clips', name), 'r+')
    await file.write(Buffer.from([0]), 0, 1, 3)
    await file.close()
    return true
  }

  /** A state file is empty, or breaks off. */
  async damageState(random: () => number): Promise<boolean> {
    const there = new Set(await readdir(this.#folder))
    const files = stateFiles.filter((name) => there.has(name))
    const name = files[Math.floor(random() * files.length)]
    if (name === undefined) return false
    await writeFile(path.join(this.#folder, name), random() < 0.5 ? '' : '{"version":1,')
    return true
  }

  /** The entry that was being written when the power went. */
  async tearLedger(ledgerId: string): Promise<boolean> {
    const folder = path.join(this.#folder, 'ledger', ledgerId)
    const segment = (await readdir(folder))
      .filter((name) => name.endsWith('.ndjson'))
      .sort()
      .at(-1)
    if (segment === undefined) return false
    await appendFile(path.join(folder, segment), '{"version":1,"ledgerId":"')
    return true
  }

  async remove(): Promise<void> {
    if (this.#mountPoint !== undefined) await run('umount', ['-l', this.#mountPoint])
  }
}

/** The few functions of libasound that playing needs; errors are negative errno values, as in C. */
export type AlsaLibrary = {
  /** Opens for playback without blocking; the handle, or a negative errno. */
  readonly open: (device: string) => { handle: AlsaHandle } | { error: number }
  readonly setParams: (pcm: AlsaHandle, latencyUs: number) => number
  readonly write: (pcm: AlsaHandle, frames: Int16Array) => number
  /** Fills `position`; returns 0 or a negative errno. */
  readonly availDelay: (pcm: AlsaHandle, position: AlsaPosition) => number
  readonly state: (pcm: AlsaHandle) => number
  readonly start: (pcm: AlsaHandle) => number
  readonly recover: (pcm: AlsaHandle, error: number) => number
  readonly close: (pcm: AlsaHandle) => number
  readonly describe: (error: number) => string
}

/** The address of a snd_pcm_t. */
export type AlsaHandle = bigint
export type AlsaPosition = { availFrames: number; delayFrames: number }

/** snd_pcm_state_t */
export const ALSA_STATE = { prepared: 2, running: 3, disconnected: 8 } as const

const STREAM_PLAYBACK = 0
const MODE_NONBLOCK = 1
const FORMAT_S16_LE = 2
const ACCESS_RW_INTERLEAVED = 3

/**
 * Loads libasound through koffi. The import is dynamic: where koffi's native part is missing, a static one would end the
 * process, and the agent has another way to play.
 */
export async function loadAlsaLibrary(): Promise<{ ok: true; library: AlsaLibrary } | { ok: false; detail: string }> {
  try {
    const { default: koffi } = await import('koffi')
    const library = koffi.load('libasound.so.2')
    silenceLibrary(library, koffi.load('libc.so.6'))
    return { ok: true, library: bindAlsa(library) }
  } catch (error) {
    return { ok: false, detail: `libasound cannot be used: ${error instanceof Error ? error.message : String(error)}` }
  }
}

/**
 * libasound prints each failed attempt to standard error, several lines long; what failed is told by its return value.
 * As handler it gets a C function that takes no arguments and does nothing: a JavaScript one may not be called from the
 * other threads that libasound's plugins start.
 */
function silenceLibrary(alsa: LoadedLibrary, libc: LoadedLibrary): void {
  alsa.func('int snd_lib_error_set_handler(void *handler)')(libc.symbol('getpid'))
}

type LoadedLibrary = {
  func: (definition: string) => (...parameters: unknown[]) => unknown
  symbol: (name: string) => unknown
}

function bindAlsa(lib: LoadedLibrary): AlsaLibrary {
  const open = lib.func('int snd_pcm_open(_Out_ void **pcm, const char *name, int stream, int mode)')
  const setParams = lib.func(
    'int snd_pcm_set_params(void *pcm, int fmt, int access, uint ch, uint rate, int resample, uint latencyUs)',
  )
  const write = lib.func('long snd_pcm_writei(void *pcm, const void *buf, ulong frames)')
  const availDelay = lib.func('int snd_pcm_avail_delay(void *pcm, _Out_ long *avail, _Out_ long *delay)')
  const state = lib.func('int snd_pcm_state(void *pcm)')
  const start = lib.func('int snd_pcm_start(void *pcm)')
  const recover = lib.func('int snd_pcm_recover(void *pcm, int err, int silent)')
  const close = lib.func('int snd_pcm_close(void *pcm)')
  const strerror = lib.func('const char *snd_strerror(int err)')
  const avail: unknown[] = [0]
  const delay: unknown[] = [0]
  return {
    open: (device) => {
      const out: unknown[] = [null]
      const result = Number(open(out, device, STREAM_PLAYBACK, MODE_NONBLOCK))
      const [handle] = out
      return typeof handle === 'bigint' ? { handle } : { error: result }
    },
    setParams: (pcm, latencyUs) =>
      Number(setParams(pcm, FORMAT_S16_LE, ACCESS_RW_INTERLEAVED, 1, 48_000, 1, latencyUs)),
    write: (pcm, frames) => Number(write(pcm, frames, frames.length)),
    availDelay: (pcm, position) => {
      const result = Number(availDelay(pcm, avail, delay))
      position.availFrames = Number(avail[0])
      position.delayFrames = Number(delay[0])
      return result
    },
    state: (pcm) => Number(state(pcm)),
    start: (pcm) => Number(start(pcm)),
    recover: (pcm, error) => Number(recover(pcm, error, 1)),
    close: (pcm) => Number(close(pcm)),
    describe: (error) => String(strerror(error)),
  }
}

import type { Api, ApiSettings } from './client.ts'
import { read, requestHeaders } from './client.ts'
import { ApiProblem, cancelled, noConnection, toProblem } from './problem.ts'

/**
 * The browser's side of uploads in pieces (tus 1.0, server/library/uploads-routes.ts): after a lost connection it goes on
 * by itself, after a refresh when the same file is chosen again.
 */

export interface UploadState {
  /** `offline`: there is no connection or no answer; it is tried again. `signed-out`: it waits for who is to sign in. */
  readonly phase: 'asking' | 'sending' | 'offline' | 'signed-out'
  readonly sentBytes: number
  /** So much of it was there from an earlier time. */
  readonly foundBytes: number
}

export interface ResumableUpload {
  /** The id of the clip that it became. */
  readonly done: Promise<string>
  /** Stops sending; what is there stays, and the same file goes on from it. */
  pause(): void
  /** Stops sending, and gives up what is there. */
  cancel(): void
}

export interface UploadDeps {
  readonly api: Api
  readonly settings: ApiSettings
  /** Where the ids of unfinished uploads are remembered (localStorage). */
  readonly storage: Storage
  /** Whose upload it is: another person on this PC does not go on with it. */
  readonly accountId: string
  /** Resolves when somebody is signed in. */
  signedIn(): Promise<void>
  onState(state: UploadState): void
}

const TUS = { 'Tus-Resumable': '1.0.0' } as const
const PIECE_BYTES = 1_048_576
const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 20_000

/** The same name, size and time of change: the same file. */
const keyOf = (accountId: string, areaId: string, { name, size, lastModified }: File): string =>
  `loaxa.upload.${accountId}.${areaId}.${size}.${lastModified}.${name}`

const base64 = (text: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(text)))

/** No answer, or none that would be the same next time. */
const isPassing = ({ status }: ApiProblem): boolean => status === 0 || status === 408 || status === 429 || status >= 500
const isFull = ({ code }: ApiProblem): boolean => code === 'disk-full' || code === 'too-many-uploads'

export function uploadInPieces(
  file: File,
  what: { areaId: string; source: 'upload' | 'recording' },
  deps: UploadDeps,
): ResumableUpload {
  const { api, settings, storage, accountId } = deps
  const key = keyOf(accountId, what.areaId, file)
  const stopped = new AbortController()
  let state: UploadState = { phase: 'asking', sentBytes: 0, foundBytes: 0 }
  const tell = (change: Partial<UploadState>): void => {
    state = { ...state, ...change }
    deps.onState(state)
  }

  async function begin(): Promise<{ id: string; offset: number; isClip: boolean }> {
    const known = storage.getItem(key)
    if (known !== null) {
      try {
        const found = await read(api.GET('/api/uploads/{id}', { params: { path: { id: known } } }))
        return { id: known, offset: found.receivedBytes, isClip: found.clipId !== null }
      } catch (error) {
        if (!(error instanceof ApiProblem) || (error.status !== 404 && error.status !== 410)) throw error
        // Given up meanwhile: from the beginning.
        storage.removeItem(key)
      }
    }
    const metadata = { areaId: what.areaId, filename: file.name.slice(0, 200), source: what.source }
    const headers = {
      ...TUS,
      'Upload-Length': String(file.size),
      'Upload-Metadata': Object.entries(metadata)
        .map(([name, value]) => `${name} ${base64(value)}`)
        .join(','),
    }
    const { id } = await read(api.POST('/api/uploads', { headers }))
    storage.setItem(key, id)
    return { id, offset: 0, isClip: false }
  }

  /** The offset that the server has then. XMLHttpRequest, because fetch tells nothing of what was sent so far. */
  const send = (id: string, offset: number): Promise<number> =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest()
      const abort = (): void => request.abort()
      stopped.signal.addEventListener('abort', abort)
      request.open('PATCH', `/api/uploads/${id}`)
      const headers = { ...requestHeaders(settings, 'PATCH'), ...TUS, 'Upload-Offset': String(offset) }
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
      request.setRequestHeader('Content-Type', 'application/offset+octet-stream')
      request.upload.onprogress = ({ loaded }) => tell({ phase: 'sending', sentBytes: offset + loaded })
      request.onload = () => {
        if (request.status === 204) return resolve(Number(request.getResponseHeader('Upload-Offset')))
        const problem = toProblem(request.responseText, request.status, settings, 'PATCH')
        if (problem.code === 'not-signed-in') settings.onSessionEnded()
        reject(problem)
      }
      request.onerror = () => reject(noConnection(settings, 'PATCH'))
      request.onabort = () => reject(cancelled())
      request.onloadend = () => stopped.signal.removeEventListener('abort', abort)
      request.send(file.slice(offset, offset + PIECE_BYTES))
    })

  /** So long, or until the browser says that the network is back. */
  const wait = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer)
        removeEventListener('online', end)
        stopped.signal.removeEventListener('abort', end)
        resolve()
      }
      const timer = setTimeout(end, ms)
      addEventListener('online', end)
      stopped.signal.addEventListener('abort', end)
    })

  async function run(): Promise<string> {
    let waitMs = FIRST_WAIT_MS
    for (;;) {
      if (stopped.signal.aborted) throw cancelled()
      try {
        let { id, offset, isClip } = await begin()
        tell({ phase: 'sending', sentBytes: offset, foundBytes: state.foundBytes || offset })
        while (!isClip) {
          offset = await send(id, offset)
          waitMs = FIRST_WAIT_MS
          tell({ phase: 'sending', sentBytes: offset })
          isClip = offset === file.size
        }
        storage.removeItem(key)
        return id
      } catch (error) {
        if (!(error instanceof ApiProblem) || stopped.signal.aborted) throw stopped.signal.aborted ? cancelled() : error
        if (error.code === 'not-signed-in' || error.code === 'cancelled') {
          tell({ phase: 'signed-out' })
          await deps.signedIn()
        } else if (error.code !== 'upload-offset-wrong') {
          if (!isPassing(error) || isFull(error)) throw error
          tell({ phase: 'offline' })
          await wait(Math.max(waitMs, error.retryAfterMs))
          waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)
        }
      }
    }
  }

  return {
    done: run(),
    pause: () => stopped.abort(),
    cancel() {
      stopped.abort()
      const id = storage.getItem(key)
      storage.removeItem(key)
      if (id !== null) void giveUp(api, id)
    },
  }
}

/** What cannot be given up now is given up by the server in time. */
export async function giveUp(api: Api, id: string): Promise<void> {
  try {
    await api.DELETE('/api/uploads/{id}', { params: { path: { id } }, headers: TUS })
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error
  }
}

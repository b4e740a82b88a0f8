import { ApiProblem, isCancelled } from '../../api/problem.ts'
import { type ResumableUpload, type UploadState, uploadInPieces } from '../../api/resumable.ts'
import { useConsole } from '../../console.ts'

/** One file on its way, and what became of it. To be made while a component is being set up; it ends with it. */
export interface Sending {
  readonly file: File | undefined
  readonly state: UploadState | undefined
  /** What the server refused, in words. */
  readonly problem: string | undefined
  /** `onSent` is given the id of the clip. */
  send(file: File, areaId: string, source: 'upload' | 'recording', onSent: (clipId: string) => void): Promise<void>
  cancel(): void
}

export function useSending(): Sending {
  const { api, apiSettings, session } = useConsole()
  let file = $state.raw<File | undefined>(undefined)
  let state = $state.raw<UploadState | undefined>(undefined)
  let problem = $state<string | undefined>(undefined)
  let upload: ResumableUpload | undefined
  const waiting: (() => void)[] = []
  $effect(() => {
    if (session.state === 'signed-in') for (const go of waiting.splice(0)) go()
  })
  // Leaving the page ends the transfer; what is there stays.
  $effect(() => () => upload?.pause())

  return {
    get file() {
      return file
    },
    get state() {
      return state
    },
    get problem() {
      return problem
    },
    async send(chosen, areaId, source, onSent) {
      if (upload) return
      file = chosen
      problem = undefined
      upload = uploadInPieces(
        chosen,
        { areaId, source },
        {
          api,
          settings: apiSettings,
          storage: localStorage,
          accountId: session.current?.account.id ?? '',
          signedIn: () =>
            session.state === 'signed-in' ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve)),
          onState: (now) => {
            state = now
          },
        },
      )
      try {
        onSent(await upload.done)
      } catch (error) {
        if (!(error instanceof ApiProblem)) throw error
        if (!isCancelled(error)) problem = error.message
      } finally {
        upload = undefined
        state = undefined
      }
    },
    cancel() {
      upload?.cancel()
    },
  }
}

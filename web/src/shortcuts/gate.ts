/** Whether a key may be a shortcut: nobody types, no dialog asks for anything, and the browser keeps what is its own. */
export function mayBeShortcut(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return false
  const { target } = event
  const isTyping =
    target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'))
  return !isTyping && /^([a-z/?]|Process)$/i.test(event.key) && document.querySelector('dialog:modal') === null
}

/** Put a text on the clipboard; false where the page's rules do not allow it. */
export async function copyText(page: Document, surface: HTMLElement, text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    // a page without TLS has no clipboard: the old way works there, from inside the shadow tree
    const focused = surface.getRootNode() instanceof ShadowRoot ? (surface.getRootNode() as ShadowRoot).activeElement : null
    const field = surface.appendChild(
      surface.ownerDocument.createElementNS('http://www.w3.org/1999/xhtml', 'textarea'),
    ) as HTMLTextAreaElement
    field.value = text
    field.select()
    const done = Document.prototype.execCommand.call(page, 'copy')
    field.remove()
    if (focused instanceof HTMLElement) focused.focus()
    return done
  }
}

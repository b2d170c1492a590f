/** Text that is cut off shows as a whole on hover, wherever nothing else is said there. */
export function tellWhole(): void {
  document.addEventListener('pointerover', ({ target }) => {
    const cut = (target as Element).closest?.<HTMLElement>('.cut, .tag')
    if (!cut || cut.closest('[title]:not([data-whole])')) return
    const isCut = cut.scrollWidth > cut.clientWidth
    cut.toggleAttribute('data-whole', isCut)
    if (isCut) cut.title = cut.textContent
    else cut.removeAttribute('title')
  })
}

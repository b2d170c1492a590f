import { lines, place } from './lines.mjs'

// the steps of a build, as GitHub Actions shows them: folded until somebody opens one
const main = place()
main.style.cssText = 'height: 600px; overflow: auto; font: 12px/20px monospace; background: #0d1117; color: #e6edf3'
for (let step = 0; step < 20; step++) {
  const details = main.appendChild(document.createElement('details'))
  details.open = step === 0
  details.appendChild(document.createElement('summary')).textContent = `Step ${step + 1}`
  for (const [i, line] of lines.slice(step * 100, step * 100 + 100).entries()) {
    const row = details.appendChild(document.createElement('div'))
    row.appendChild(document.createElement('a')).textContent = String(i + 1)
    const text = row.appendChild(document.createElement('span'))
    text.style.whiteSpace = 'pre-wrap'
    for (const [j, word] of line.split(' ').entries()) {
      const piece = text.appendChild(document.createElement(j % 3 ? 'span' : 'b'))
      piece.textContent = j ? ` ${word}` : word
    }
  }
}

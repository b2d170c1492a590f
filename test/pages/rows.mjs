import { lines, place } from './lines.mjs'

// a list of rows as Grafana's explore view has it: thirty elements, taken again for other lines while it scrolls
const height = 22
const main = place()
main.style.cssText = 'height: 600px; overflow: auto; position: relative; font: 12px monospace'
const whole = main.appendChild(document.createElement('div'))
whole.style.height = `${lines.length * height}px`
const rows = Array.from({ length: 30 }, () => {
  const row = whole.appendChild(document.createElement('div'))
  row.style.cssText = `position: absolute; inset-inline: 0; height: ${height}px; white-space: pre; will-change: transform`
  return row
})
function draw() {
  const first = Math.floor(main.scrollTop / height)
  for (let i = first; i < Math.min(first + rows.length, lines.length); i++) {
    const row = rows[i % rows.length]
    row.style.transform = `translateY(${i * height}px)`
    if (row.textContent !== lines[i]) row.textContent = lines[i]
  }
}
main.addEventListener('scroll', draw)
draw()

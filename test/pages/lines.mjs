/** Lines of a log, each with an address of its own. */
export const lines = Array.from(
  { length: 2_000 },
  (_, i) =>
    `Dec 10 06:${String(Math.floor(i / 60) % 60).padStart(2, '0')}:${String(i % 60).padStart(2, '0')} lab sshd[${24_000 + i}]: Failed password for root from 203.0.${100 + Math.floor(i / 250)}.${(i % 250) + 1} port ${40_000 + i} ssh2`,
)

export function place(height = 600) {
  const element = document.body.appendChild(document.createElement('main'))
  element.style.height = `${height}px`
  return element
}

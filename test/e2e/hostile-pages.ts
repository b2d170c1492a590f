import { wrap } from './overlay-data.ts'

/** Stands on each of these pages. */
export const attacker = '183.62.140.253'

const throwing = `<script>
  const no = () => { throw new Error('the page fights') }
  for (const of of [Node, Element, Document, HTMLElement, Text, CharacterData, Range, TreeWalker, MutationObserver, Highlight, EventTarget, ShadowRoot])
    for (const [name, { configurable, get, value }] of Object.entries(Object.getOwnPropertyDescriptors(of.prototype)))
      if (configurable && name !== 'constructor' && !['addEventListener', 'size', 'forEach', 'lastChild', 'getBoundingClientRect'].includes(name))
        Object.defineProperty(of.prototype, name, get ? { get: no, configurable: true } : typeof value === 'function' ? { value: no } : { value })
  for (const name of ['map', 'filter', 'push', 'includes', 'entries']) Array.prototype[name] = no
  for (const name of ['get', 'set', 'has']) Map.prototype[name] = Set.prototype[name] = WeakMap.prototype[name] = no
  String.prototype.slice = RegExp.prototype.exec = RegExp.prototype.test = no
  Object.defineProperty(Object.prototype, 'signalboxRuns', { value: true })
</script>`
const names =
  'body documentElement firstChild nextSibling parentNode childNodes localName shadowRoot getBoundingClientRect scrollHeight isConnected'
const clobbering = `${names
  .split(' ')
  .map(name => `<img name="${name}" id="${name}">`)
  .join('')}<form id="body" name="body">${names
  .split(' ')
  .map(name => `<input name="${name}">`)
  .join('')}from ${attacker}</form>`

/** Pages that fight back, each with how many marks it gets all the same. */
export const hostilePages: [name: string, html: string, headers: Record<string, string>, marks: number][] = [
  ['overridden prototypes and throwing getters', wrap(`<p>from ${attacker}</p>${throwing}`), {}, 1],
  ['<form id=body> and names that hide members', wrap(clobbering), {}, 1],
  [
    'a strict CSP',
    wrap(`<p>from ${attacker}</p>`),
    { 'content-security-policy': "default-src 'none'; require-trusted-types-for 'script'" },
    1,
  ],
  ['a sandboxed page', wrap(`<p>from ${attacker}</p>`), { 'content-security-policy': 'sandbox allow-scripts' }, 1],
  [
    'XHTML',
    `<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head><body><p>from ${attacker}</p></body></html>`,
    { 'content-type': 'application/xhtml+xml' },
    1,
  ],
  ['right to left', `<html dir="rtl"><body><p>\u05DE\u05BE ${attacker} \u202E${attacker}\u202C</p></body></html>`, {}, 2],
  ['text/plain', `from ${attacker}\n<script>throw 1</script>\n`, { 'content-type': 'text/plain' }, 1],
  ['JSON', `{"from": "${attacker}"}`, { 'content-type': 'application/json' }, 1],
]

/** A page whose script makes events of its own at a point of the viewport, as if somebody had moved, clicked and typed there. Runs in the page. */
export function makeEvents([x, y]: readonly [x: number, y: number]) {
  const at = { clientX: x, clientY: y, bubbles: true, composed: true }
  const target = document.elementFromPoint(x, y)!
  for (const type of ['pointermove', 'pointerdown', 'pointerup']) target.dispatchEvent(new PointerEvent(type, at))
  target.dispatchEvent(new PointerEvent('click', { ...at, pointerType: 'touch' }))
  for (const type of ['mousemove', 'click', 'contextmenu']) target.dispatchEvent(new MouseEvent(type, at))
  for (const key of ['Escape', 'a', 'e']) target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, composed: true }))
}

/** 500 texts change in every turn for so long, ms; answers how many turns the page had. Runs in a page that has `#storm`. */
export async function storm(length: number): Promise<number> {
  const storm = document.querySelector('#storm')!
  storm.innerHTML = '<b>203.0.113.1</b>'.repeat(500)
  const texts = [...storm.children].map(({ firstChild }) => firstChild as Text)
  const channel = new MessageChannel()
  const end = performance.now() + length
  let turns = 0
  await new Promise<void>(resolve => {
    channel.port1.onmessage = () => {
      turns++
      texts.forEach((text, i) => {
        text.data = `203.0.113.${(turns + i) % 250}`
      })
      if (performance.now() < end) channel.port2.postMessage(0)
      else resolve()
    }
    channel.port2.postMessage(0)
  })
  return turns
}

import { CanvasAddon } from '@xterm/addon-canvas'
import { Terminal } from '@xterm/xterm'
import '@xterm/xterm/css/xterm.css'
import { lines, place } from './lines.mjs'

// `?canvas` draws its text, `?canvas&reader` tells screen readers of it as well
const asked = new URLSearchParams(location.search)
const terminal = new Terminal({ cols: 120, rows: 34, screenReaderMode: asked.has('reader') })
terminal.open(place())
if (asked.has('canvas')) terminal.loadAddon(new CanvasAddon())
terminal.write(lines.slice(0, 200).join('\r\n'))
window.terminal = terminal

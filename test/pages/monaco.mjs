import { editor } from 'monaco-editor/editor/editor.api.js'
import { lines, place } from './lines.mjs'

// no worker is needed to show text
self.MonacoEnvironment = { getWorker: () => new Worker(URL.createObjectURL(new Blob([''], { type: 'text/javascript' }))) }
editor.create(place(), { value: lines.join('\n'), language: 'plaintext', readOnly: true, automaticLayout: true })

import { EditorState } from '@codemirror/state'
import { basicSetup, EditorView } from 'codemirror'
import { lines, place } from './lines.mjs'

new EditorView({
  doc: lines.join('\n'),
  extensions: [basicSetup, EditorState.readOnly.of(true), EditorView.theme({ '&': { height: '600px' } })],
  parent: place(),
})

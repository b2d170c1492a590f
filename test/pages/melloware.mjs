import { LazyLog } from '@melloware/react-logviewer'
import { createElement as h } from 'react'
import { createRoot } from 'react-dom/client'
import { lines, place } from './lines.mjs'

createRoot(place()).render(h(LazyLog, { text: lines.join('\n'), height: 600, selectableLines: true }))

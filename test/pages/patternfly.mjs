import { LogViewer } from '@patternfly/react-log-viewer'
import '@patternfly/react-core/dist/styles/base.css'
import { createElement as h } from 'react'
import { createRoot } from 'react-dom/client'
import { lines, place } from './lines.mjs'

// OpenShift's view of a pod's log
// it measures its lines once, when its styles must have come
addEventListener('load', () =>
  createRoot(place()).render(h(LogViewer, { data: lines.join('\n'), height: 600, hasLineNumbers: true, isTextWrapped: false })),
)

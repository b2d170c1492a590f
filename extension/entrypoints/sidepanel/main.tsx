import '../../explorer/styles.ts'
import { render } from 'preact'
import { App } from '../../explorer/app.tsx'

// beside a page the queue is what one looks at; what is older can no longer change
if (location.hash === '') location.replace('#/signals?query=%40workflow.triage.state%3Aopen&from=now-30d')
render(<App />, document.body)

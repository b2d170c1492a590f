import '../../ui/tokens.css'
import '../../ui/ui.css'
import '../../explorer/explorer.css'
import '../../explorer/search/search.css'
import '../../explorer/signals/signals.css'
import '../../explorer/attackers/attackers.css'
import '../../explorer/workflows/workflows.css'
import '../../explorer/settings/settings.css'
import '../../respond/respond.css'
import { render } from 'preact'
import { App } from '../../explorer/app.tsx'

// beside a page the queue is what one looks at; what is older can no longer change
if (location.hash === '') location.replace('#/signals?query=%40workflow.triage.state%3Aopen&from=now-30d')
render(<App />, document.body)

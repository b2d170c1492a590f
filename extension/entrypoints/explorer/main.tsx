import '../../ui/tokens.css'
import '../../ui/ui.css'
import '../../explorer/explorer.css'
import '../../explorer/search/search.css'
import '../../explorer/signals/signals.css'
import '../../explorer/workflows/workflows.css'
import '../../explorer/settings/settings.css'
import { render } from 'preact'
import { App } from '../../explorer/app.tsx'

render(<App />, document.body)

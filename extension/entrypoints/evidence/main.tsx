import '../../ui/tokens.css'
import '../../ui/ui.css'
import '../../evidence/evidence.css'
import { render } from 'preact'
import { App } from '../../evidence/app.tsx'

render(<App />, document.body)

import '../../ui/tokens.css'
import '../../ui/ui.css'
import '../../popup/popup.css'
import { render } from 'preact'
import { App } from '../../popup/app.tsx'

render(<App />, document.body)

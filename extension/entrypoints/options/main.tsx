import '../../ui/tokens.css'
import '../../ui/ui.css'
import '../../options/options.css'
import { render } from 'preact'
import { App } from '../../options/app.tsx'

render(<App />, document.body)

import '../../ui/tokens.css'
import '../../ui/ui.css'
import '../../respond/respond.css'
import '../../respond/window.css'
import { render } from 'preact'
import { Window } from '../../respond/window.tsx'

render(<Window />, document.body)

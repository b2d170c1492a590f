import { render } from 'preact'
import { App } from './app.tsx'

// not as soon as it is loaded: other pages load the same file
export const drawApp = () => render(<App />, document.body)

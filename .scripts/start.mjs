// npm start: installs, builds the extension when its sources changed, and runs the daemon in the foreground. Arguments after -- reach the daemon.
import { install } from './install.mjs'

// the daemon refuses it too, but nobody is to wait for an installation to hear it
const given = process.argv.slice(2)
if (given.includes('--demo') && given.some(arg => /^--data(=|$)/.test(arg))) {
  console.error('--demo makes a data directory of its own: leave out --data')
  process.exit(2)
}
install()
const { buildExtension } = await import('./build-extension.mjs')
const { chrome, firefox } = buildExtension()
console.error(`
  Extension
    Chrome, Edge, Brave   chrome://extensions, Developer mode, Load unpacked: ${chrome}
    Firefox               about:debugging, This Firefox, Load Temporary Add-on: ${firefox}/manifest.json`)
process.argv.splice(2, 0, 'start')
await import('../daemon/bin.mjs')

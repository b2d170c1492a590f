// npm run build: the extension for both browsers and the daemon, without starting anything.
import { install } from './install.mjs'

install()
const { buildExtension } = await import('./build-extension.mjs')
const { buildDaemon } = await import('./build-daemon.mjs')
console.log(`${Object.values(buildExtension()).join('\n')}\n${await buildDaemon()}`)

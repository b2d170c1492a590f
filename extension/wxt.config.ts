import { defineConfig } from 'wxt'
import packageJson from '../package.json' with { type: 'json' }
import { fewChunks } from './chunks.ts'
import { pageCommands, sidePanelCommand } from './commands.ts'
import { withoutHtml } from './without-html.ts'

const contentSecurityPolicy = "script-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"

export default defineConfig({
  imports: false,
  manifestVersion: 3,
  vite: () => ({
    plugins: [withoutHtml, fewChunks],
    // no browser that is supported needs one
    build: { target: 'es2023', modulePreload: { polyfill: false } },
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  }),
  // the sources are those of the repository: npm run zip
  zip: { name: packageJson.name, artifactTemplate: '{{name}}-{{version}}-{{browser}}.zip', zipSources: false },
  manifest: ({ browser }) => ({
    name: 'Signalbox',
    description: packageJson.description,
    version: packageJson.version,
    icons: { 16: 'icons/16.png', 32: 'icons/32.png', 48: 'icons/48.png', 128: 'icons/128.png' },
    action: { default_title: 'Signalbox', default_icon: { 16: 'icons/away-16.png', 32: 'icons/away-32.png' } },
    permissions: ['contextMenus', 'storage', 'alarms', 'scripting', 'activeTab'],
    // asked for when somebody switches it on
    optional_permissions: ['notifications'],
    // the daemon only: a site is added when somebody switches its marks on
    host_permissions: ['http://127.0.0.1/*', 'http://localhost/*'],
    optional_host_permissions: ['*://*/*'],
    commands: {
      _execute_action: { suggested_key: { default: 'Alt+Shift+O' }, description: 'Open Signalbox' },
      // one browser opens its sidebar by a command of its own name
      [browser === 'firefox' ? '_execute_sidebar_action' : sidePanelCommand]: {
        suggested_key: { default: 'Alt+Shift+S' },
        description: 'Open the side panel',
      },
      ...pageCommands,
    },
    content_security_policy: { extension_pages: contentSecurityPolicy },
    ...(browser === 'firefox'
      ? {
          // from 140 on marks are registered; only later are the style sheets of extensions taken that draw them
          browser_specific_settings: {
            gecko_android: { strict_min_version: '153.0' },
            gecko: { id: 'signalbox@signalbox.invalid', strict_min_version: '153.0', data_collection_permissions: { required: ['none'] } },
          },
        }
      : { minimum_chrome_version: '123' }),
  }),
})

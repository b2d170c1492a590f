// Finds a Chromium and a Firefox for the end-to-end tests or, as root on Debian, installs them.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const chromium = {
  own: 'CHROME_PATH',
  packages: ['chromium', 'fonts-dejavu-core'],
  names: ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge', 'brave-browser'],
  places: [
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  ],
}
const firefox = {
  own: 'FIREFOX_PATH',
  packages: ['firefox-esr', 'fonts-dejavu-core'],
  names: ['firefox-esr', 'firefox'],
  places: ['/Applications/Firefox.app/Contents/MacOS/firefox', 'C:\\Program Files\\Mozilla Firefox\\firefox.exe'],
}
const onPath = name =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map(folder => join(folder, name))
    .find(existsSync)

const find = ({ own, names, places }) => process.env[own] ?? names.map(onPath).find(Boolean) ?? places.find(existsSync)

/** Path of a browser, or undefined when there is none to be had. */
function findOrInstall(browser) {
  const found = find(browser)
  if (found) return found
  if (process.getuid?.() !== 0 || !onPath('apt-get')) return undefined
  console.error(`Installing ${browser.packages[0]} from Debian, this once …`)
  const apt = (...args) =>
    spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
      .status
  apt('update', '-qq')
  apt('install', '-y', '-qq', '--no-install-recommends', ...browser.packages)
  return find(browser)
}

export const findBrowser = () => findOrInstall(chromium)
export const findFirefox = () => findOrInstall(firefox)

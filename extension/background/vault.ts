import { browser } from 'wxt/browser'

/** What no page may reach: the pairing and the last lists. */
export interface Vault {
  get(key: string): Promise<unknown>
  set(key: string, value: unknown): Promise<void>
  remove(key: string): Promise<void>
}

/** A storage area of the browser, such as storage.session. */
export interface Area {
  get(key: string): Promise<Record<string, unknown>>
  set(items: Record<string, unknown>): Promise<void>
}

/** Chrome can close storage.local to content scripts. Where a browser cannot, the extension's own IndexedDB is out of their reach. */
export function openVault(): Vault {
  const { local } = browser.storage
  if (typeof local.setAccessLevel !== 'function') return indexedVault()
  const closed = local.setAccessLevel({ accessLevel: 'TRUSTED_CONTEXTS' })
  return {
    get: async key => (await local.get(key))[key],
    async set(key, value) {
      await closed
      await local.set({ [key]: value })
    },
    remove: key => local.remove(key),
  }
}

const settle = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((done, fail) => {
    request.onsuccess = () => done(request.result)
    request.onerror = () => fail(request.error)
  })

function indexedVault(): Vault {
  const opening = indexedDB.open('vault', 1)
  opening.onupgradeneeded = () => opening.result.createObjectStore('vault')
  const opened = settle(opening)
  const store = async (mode: IDBTransactionMode) => (await opened).transaction('vault', mode).objectStore('vault')
  return {
    get: async key => settle((await store('readonly')).get(key)),
    set: async (key, value) => void (await settle((await store('readwrite')).put(value, key))),
    remove: async key => void (await settle((await store('readwrite')).delete(key))),
  }
}

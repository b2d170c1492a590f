import { createRouter } from './lib/http.ts'

/** Pages by path that anybody on this machine may read without a key: only what the demonstration made up. Scripts do not run in them. */
export function pageRoutes(pages: ReadonlyMap<string, string>) {
  const router = createRouter()
  for (const [path, page] of pages)
    router.get(path, c =>
      c.html(page, 200, { 'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'" }),
    )
  return router
}

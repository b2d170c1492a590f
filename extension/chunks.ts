import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { HtmlTagDescriptor, IndexHtmlTransformContext, Rolldown } from 'vite'

interface Context {
  getModuleInfo(id: string): { importedIds: readonly string[] } | null
}
const here = (path: string) => join(import.meta.dirname, path).replaceAll('\\', '/')
// not what begins by itself as soon as it is loaded: other pages load the same files
const early = here('explorer/search/early.ts')
const app = here('explorer/draw.tsx')
/** Loads what is loaded later, with its styles. It would else lie in whatever is largest, which would have to come before anything is asked. */
const loader = '\0vite/preload-helper.js'
/** Where the other pages begin. */
const others = readdirSync(here('entrypoints'))
  .filter(name => name !== 'explorer' && name !== 'sidepanel')
  .map(name => here(`entrypoints/${name}/main.tsx`))
  .filter(path => existsSync(path))

/** All that is loaded with a module. */
function withAll(begin: readonly string[], context: Context): Set<string> {
  const all = new Set(begin)
  for (const id of all) for (const imported of context.getModuleInfo(id)?.importedIds ?? []) all.add(imported)
  return all
}

/**
 * The explorer in few files: what asks first, what other pages have too, what draws it. Left to itself the bundler makes forty of it, and to
 * find them takes the browser longer than to run them. The page names them all, so that the browser need not find one in the other.
 */
export const fewChunks = {
  name: 'few-chunks',
  outputOptions(options: Rolldown.OutputOptions): Rolldown.OutputOptions {
    if (options.format === 'iife') return options
    const group = (name: string, priority: number, has: (id: string, context: Context) => boolean) => ({
      priority,
      name: (id: string, context: Context) => (!id.endsWith('.css') && has(id, context) ? name : null),
    })
    const groups = [
      group('early', 3, (id, context) => id === loader || withAll([early], context).has(id)),
      group('common', 2, (id, context) => withAll([app], context).has(id) && withAll(others, context).has(id)),
      group('app', 1, (id, context) => withAll([app], context).has(id)),
    ]
    return { ...options, codeSplitting: { groups } }
  },
  transformIndexHtml: {
    order: 'post' as const,
    handler(_: string, { chunk, bundle }: IndexHtmlTransformContext): HtmlTagDescriptor[] {
      if (chunk?.name !== 'explorer') return []
      const later = new Set(chunk.dynamicImports)
      for (const file of later) for (const imported of (bundle?.[file] as Rolldown.OutputChunk).imports) later.add(imported)
      return [...later]
        .filter(file => !chunk.imports.includes(file))
        .map(file => ({ tag: 'link', injectTo: 'head', attrs: { rel: 'modulepreload', crossorigin: true, href: `/${file}` } }))
    },
  },
}

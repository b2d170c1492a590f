import type { JsonObject } from '../../shared/json.ts'

/** What a program's message says, as attributes, and the program that it tells of itself. */
export interface Said {
  attributes: JsonObject
  program?: string | undefined
}

/** lines/: how one program's messages become standard attributes. `read` must not throw, and answers undefined for what it is not sure of. */
export interface LineReader {
  name: string
  /** Programs whose messages these are, in lower case; left out, any program's. */
  programs?: string[]
  read(message: string): Said | undefined
}

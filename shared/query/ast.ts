/** Half-open range of UTF-16 offsets in the query text. */
export type Span = readonly [from: number, to: number]

/** A piece of a pattern: literal text, `*` (any run) or `?` (one code point). */
export type Piece = { literal: string } | '*' | '?'

/** Where a leaf looks. `text` is message, @title, @error.message and @error.stack; `any` is every value; `message` the message alone. */
export type Field =
  | { scope: 'text' }
  | { scope: 'any' }
  | { scope: 'message' }
  /** A reserved field, or without one of that name a tag with that key: service, source, host. `status` is the field alone. */
  | { scope: 'reserved'; name: 'service' | 'source' | 'host' | 'status' }
  | { scope: 'tags' }
  | { scope: 'tag'; key: string }
  /** Keys joined by dots: a dot in a key equals nesting. */
  | { scope: 'attribute'; path: string }

export type TextField = Extract<Field, { scope: 'text' | 'message' | 'any' }>

/** Fields that are searched as texts: by words, and without regard to case. */
export const isText = (field: Field): field is TextField => field.scope === 'text' || field.scope === 'message' || field.scope === 'any'

export type Bound = { value: number; inclusive: boolean } | null

/** What a query means, free of how it was typed. Every node knows where it came from. Never written to once it is parsed. */
export type Query =
  | { kind: 'all'; at: Span }
  | { kind: 'and' | 'or'; items: Query[]; at: Span }
  | { kind: 'not'; item: Query; at: Span }
  /** A word, phrase or value; `quoted` ones hold a single literal piece. */
  | { kind: 'term'; field: Field; pieces: Piece[]; quoted: boolean; at: Span }
  /** Has a value, or one below it. */
  | { kind: 'exists'; field: Field; at: Span }
  | { kind: 'range'; field: Field; low: Bound; high: Bound; at: Span }
  | { kind: 'cidr'; field: Field; blocks: { text: string; at: Span }[]; at: Span }
  /** A value is one of the patterns, whatever its case. */
  | { kind: 'anycase'; field: Field; patterns: Piece[][]; at: Span }
  /** The expression, in RE2's syntax, is found in a value; `in` is where it stands. */
  | { kind: 'regex'; field: Field; source: string; in: Span; at: Span }

/** Thrown by `parse`: what is wrong, and the part of the text to mend. */
export class QueryError extends Error {
  readonly at: Span
  constructor(message: string, at: Span) {
    super(message)
    this.at = at
  }
}

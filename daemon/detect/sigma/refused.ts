/** A rule that cannot be imported as it means; `path` is where in its document. */
export class CannotImport extends Error {
  readonly path: readonly (string | number)[]
  constructor(message: string, path: readonly (string | number)[] = []) {
    super(message)
    this.path = path
  }
}

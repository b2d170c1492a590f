/** Another daemon has the data directory or the port. */
export class InUse extends Error {}

/** What lies in a data directory for the command line; read by whoever knows the directory's form. */
export interface Place {
  dir: string
  /** The daemon that wrote its name there last, and whether it still runs. */
  daemon(): { pid: number; url: string; runs: boolean } | undefined
  /** The first keys; undefined where they were given to the daemon by its environment. */
  keys(): { api_key: string; application_key: string } | undefined
}

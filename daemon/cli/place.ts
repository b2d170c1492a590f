/** What lies in a data directory for the command line; read by whoever knows the directory's form. */
export interface Place {
  dir: string
  /** Pid and address of the daemon that wrote its name there last; it may be gone. */
  running(): { pid: number; url: string } | undefined
  /** The first keys; undefined where they were given to the daemon by its environment. */
  keys(): { api_key: string; application_key: string } | undefined
}

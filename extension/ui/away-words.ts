export const noAnswer = 'The daemon does not answer.'

/** What helps; `silent`: it takes the connection and never answers. `npm start` stands between backticks. */
export const helpAway = (silent = false): string =>
  silent ? 'It takes the connection and says nothing: stop the daemon, and start it again with `npm start`.' : 'Start it with `npm start`.'

export const whyAway = (silent?: boolean): string => `${noAnswer} ${helpAway(silent)}`

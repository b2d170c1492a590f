import { z } from 'zod'

/** Which signal a step is about; left out, the one of the run. */
export const signalId = z.string().min(1).max(128).optional()

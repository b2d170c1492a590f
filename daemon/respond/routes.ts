import { createRouter } from '../lib/http.ts'
import { type BouncerNeeds, bouncerRoutes } from './bouncer-routes.ts'
import { type DenylistNeeds, denylistRoutes } from './denylist-routes.ts'
import { type EnforcerNeeds, enforcerRoutes } from './enforcer-routes.ts'
import { type PasslistNeeds, passlistRoutes } from './passlist-routes.ts'

/** Who is blocked, who never is, and how that reaches those who enforce it. */
export const respondRoutes = (needs: DenylistNeeds & PasslistNeeds & BouncerNeeds & EnforcerNeeds) =>
  createRouter()
    .route('/', denylistRoutes(needs))
    .route('/', passlistRoutes(needs))
    .route('/', bouncerRoutes(needs))
    .route('/', enforcerRoutes(needs))

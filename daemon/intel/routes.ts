import { createRouter } from '../lib/http.ts'
import { type BundleNeeds, bundleRoutes } from './bundle-routes.ts'
import { catalogueRoutes } from './catalogue-routes.ts'
import { type FeedNeeds, feedRoutes } from './feed-routes.ts'
import { type HuntNeeds, huntRoutes } from './hunt-routes.ts'
import { lookupRoutes } from './lookup-routes.ts'
import { type ObservableNeeds, observableRoutes } from './observable-routes.ts'

/** Addresses and other values, and the feeds that know them. */
export const intelRoutes = (needs: ObservableNeeds & FeedNeeds & BundleNeeds & HuntNeeds) =>
  createRouter()
    .route('/', lookupRoutes(needs))
    .route('/', observableRoutes(needs))
    .route('/', feedRoutes(needs))
    .route('/', catalogueRoutes(needs))
    .route('/', bundleRoutes(needs))
    .route('/', huntRoutes(needs))

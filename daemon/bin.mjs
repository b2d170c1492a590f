#!/usr/bin/env node
// The command `signalbox`.
import { pathToFileURL } from 'node:url'
import { buildDaemon } from '../.scripts/build-daemon.mjs'

await import(pathToFileURL(await buildDaemon()).href)

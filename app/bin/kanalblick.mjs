#!/usr/bin/env node
// The command line, compiled anew when a source has changed.
import { compile } from './compile.mjs'

if (!compile('app')) process.exit(1)
await import('../dist/cli.js')

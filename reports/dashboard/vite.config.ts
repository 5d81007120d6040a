import { defineConfig } from 'vite'

/** Static files that the product's own server sends: no script or style inline, nothing from elsewhere. */
export default defineConfig({
  // Sources of the workspaces, not their builds.
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  build: { target: 'es2023', assetsInlineLimit: 0, modulePreload: { polyfill: false }, chunkSizeWarningLimit: 1000 },
})

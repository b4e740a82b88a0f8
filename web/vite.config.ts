import path from 'node:path'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'

const server = 'http://localhost:8080'

/** The console is static files: the server delivers them under a strict content policy, so nothing may be inlined. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [svelte({ configFile: false })],
  cacheDir: path.join(import.meta.dirname, '../node_modules/.cache/vite'),
  build: {
    outDir: path.join(import.meta.dirname, '../dist/console'),
    emptyOutDir: true,
    target: 'es2022',
    // A data: URI would need a weaker policy than default-src 'self'.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // Every piece is a turn on a slow line: what the first page needs is one piece, and so is what most rooms share.
            { name: 'app', tags: ['$initial'], priority: 2 },
            { name: 'parts', test: /[\\/]web[\\/]src[\\/](ui|forms|time)[\\/]/, minShareCount: 3, priority: 1 },
          ],
        },
      },
    },
  },
  server: {
    port: 5173,
    proxy: { '/api': { target: server, changeOrigin: true }, '/clips': { target: server, changeOrigin: true } },
  },
})

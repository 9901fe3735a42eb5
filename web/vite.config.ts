import { defineConfig } from 'vite';

// One file of each kind with a fixed name: the server tells browsers by an ETag whether it changed.
export default defineConfig({
  build: {
    emptyOutDir: true,
    modulePreload: false,
    rollupOptions: {
      output: { entryFileNames: 'app.js', assetFileNames: 'app[extname]' },
    },
    target: 'es2022',
  },
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
  // `npm run dev` beside a running server.
  server: { proxy: { '/api': 'http://127.0.0.1:8420' } },
});

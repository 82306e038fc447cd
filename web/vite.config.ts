import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, loadEnv } from 'vite';

const here = decodeURIComponent(new URL('.', import.meta.url).pathname);

/**
 * The web app: `vite build` writes dist/web, `vite` serves it with hot reload and hands API calls to the server that `npm run dev`
 * started on `PORT`.
 */
export default defineConfig(({ mode }) => {
  const server = `http://127.0.0.1:${loadEnv(mode, here, 'PORT').PORT ?? '3000'}`;
  return {
    root: here,
    plugins: [react(), tailwindcss()],
    build: {
      outDir: '../dist/web',
      emptyOutDir: true,
      target: 'es2023',
      rolldownOptions: {
        output: {
          codeSplitting: {
            groups: [
              // The schema library and what is told to it before any schema is made: see lib/no-eval.ts.
              { name: 'schema', test: /node_modules\/zod\/|web\/lib\/no-eval\.ts/ },
            ],
          },
        },
      },
      // Charts and editors are loaded with the pages that show them; what is left above this size is looked at.
      chunkSizeWarningLimit: 900,
    },
    server: {
      host: '127.0.0.1',
      proxy: { '/api': { target: server, changeOrigin: false } },
    },
  };
});

// How the window's pages are built, served while developing, and tested.
import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/** The three faces that the first screen needs; the rest load when a script asks for them. */
const FIRST_FONTS = /(inter-latin-opsz-normal|source-serif-4-latin-opsz-(normal|italic))-[^/]*\.woff2$/;

/** Asks for the first fonts beside the styles instead of after them, so that text does not change its face. */
function preloadFonts(): Plugin {
  return {
    name: 'sotto:preload-fonts',
    transformIndexHtml: {
      order: 'post',
      handler: (_html, { bundle }) =>
        Object.keys(bundle ?? {})
          .filter((file) => FIRST_FONTS.test(file))
          .map((file) => ({
            tag: 'link',
            attrs: { rel: 'preload', as: 'font', type: 'font/woff2', href: `/${file}`, crossorigin: true },
            injectTo: 'head' as const,
          })),
    },
  };
}

export default defineConfig({
  plugins: [
    paraglideVitePlugin({
      project: './project.inlang',
      outdir: './src/i18n/generated',
      strategy: ['globalVariable', 'baseLocale'],
      outputStructure: 'locale-modules',
      emitTsDeclarations: true,
    }),
    svelte(),
    svelteTesting({ autoCleanup: false }),
    preloadFonts(),
  ],
  build: {
    target: 'safari17',
    outDir: 'dist',
    emptyOutDir: true,
    // The content policy allows no data: fonts or scripts, so nothing may be folded into the files.
    assetsInlineLimit: 0,
    // The large window and the two small ones beside it.
    rolldownOptions: { input: ['ui/index.html', 'ui/ringing.html', 'ui/floating.html'] },
    modulePreload: { polyfill: false },
  },
  server: { port: 1420, strictPort: true },
  test: {
    environment: 'jsdom',
    setupFiles: ['tests/setup.ts'],
    include: ['tests/**/*.test.ts'],
    restoreMocks: true,
  },
});

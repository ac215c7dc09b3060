// Lint rules for the window's code, the scripts and the tests that drive the window.
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './ui/svelte.config.js';

const noTauri = { group: ['@tauri-apps/*'], message: 'Only ui/src/lib/ipc names Tauri.' };
const upwards = 'Tiers point down: features, components, stores, lib.';
const insides = 'A feature is reached through its index.';

/** What each tier may not import. */
const tiers = [
  { files: ['ui/src/lib/**'], regex: '/(features|components|stores)/', message: upwards },
  { files: ['ui/src/stores/**'], regex: '/(features|components)/', message: upwards },
  { files: ['ui/src/components/**'], regex: '/features/', message: upwards },
  { files: ['ui/src/features/**'], regex: '^\\.\\./(?!\\.\\.)[^/]+/', message: insides },
  { files: ['ui/src/*'], regex: '^\\./features/[^/]+/', message: insides },
];

export default ts.config(
  { ignores: ['**/node_modules/', 'target/', 'ui/dist/', 'ui/src/i18n/generated/', 'ui/src/lib/ipc/bindings/'] },
  ...ts.configs.strict,
  ...ts.configs.stylistic,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    rules: {
      '@typescript-eslint/consistent-type-definitions': ['error', 'type'],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-invalid-void-type': 'off',
      eqeqeq: 'error',
      'no-console': ['error', { allow: ['error'] }],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig } },
    rules: {
      'svelte/no-at-html-tags': 'error',
      // The content policy blocks style attributes in the page; `style:` directives go through the object model.
      'no-restricted-syntax': [
        'error',
        { selector: 'SvelteAttribute[key.name="style"]', message: 'Use style: directives.' },
      ],
      'svelte/no-navigation-without-resolve': 'off',
      // Lists are replaced as wholes in `$state.raw`; the maps and sets that build them need no reactivity.
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
  {
    files: ['ui/src/**'],
    ignores: ['ui/src/lib/ipc/**'],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns: [noTauri] }] },
  },
  ...tiers.map(({ files, regex, message }) => ({
    files,
    ignores: ['ui/src/lib/ipc/**'],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns: [noTauri, { regex, message }] }] },
  })),
  {
    files: ['ui/src/stores/**'],
    rules: { 'no-restricted-globals': ['error', 'document', 'window'] },
  },
  {
    files: ['scripts/**', 'ui/*.mjs', 'tests/app/**'],
    rules: { 'no-console': 'off' },
  },
);

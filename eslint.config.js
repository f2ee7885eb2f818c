import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Constructs that are never right in this code base, each with what to do instead. */
const banned = [
  { selector: "CallExpression[callee.name='forwardRef']", message: 'Modules are one-way; split the provider instead.' },
  { selector: "Decorator[expression.callee.name='Global']", message: 'Import the module where it is needed.' },
  {
    selector: "Decorator[expression.callee.name='Res']",
    message: 'An interceptor sees nothing of a response written by hand.',
  },
  { selector: "CallExpression[callee.name='fetch']", message: 'Outbound HTTP goes through src/safe-fetch.ts.' },
  {
    selector: "CallExpression[callee.property.name='includes'][callee.object.property.name='message']",
    message: 'Match on error codes, never on message text.',
  },
];

const env = {
  selector: "MemberExpression[object.name='process'][property.name='env']",
  message: 'Environment is read in src/config, src/cli and src/main.ts only.',
};

export default tseslint.config(
  { ignores: ['dist/**', 'out/**', 'site/**', 'node_modules/**', 'coverage/**'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true, allowEmpty: true }],
      // Nest declares its option bags as classes.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/unbound-method': ['error', { ignoreStatic: true }],
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 300 }],
      'max-params': ['error', 6],
      complexity: ['error', 12],
      'no-console': 'error',
      'no-restricted-syntax': ['error', ...banned, env],
    },
  },
  {
    files: ['src/config/**/*.ts', 'src/cli/**/*.ts', 'src/main.ts'],
    rules: { 'no-restricted-syntax': ['error', ...banned] },
  },
  {
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    files: ['**/*.mjs', '**/*.js', '**/*.cjs'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'process',
          'console',
          'Buffer',
          'URL',
          'URLSearchParams',
          'setTimeout',
          'clearTimeout',
          'setInterval',
          'clearInterval',
          'setImmediate',
          'performance',
          'module',
          'fetch',
          'AbortController',
          'AbortSignal',
          'TextDecoder',
          'TextEncoder',
          'structuredClone',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
);

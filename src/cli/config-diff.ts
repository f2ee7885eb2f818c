import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import { maskSecrets } from './config-mask.js';

/** A unified diff of two config files, both set in the same way and with their secrets masked; '' when they are equal. */
export function diffConfigs(path: string, before: unknown, after: unknown): string {
  if (JSON.stringify(before) === JSON.stringify(after)) return '';
  const [old, now] = [before, after].map((config) => `${JSON.stringify(maskSecrets(config), null, 2)}\n`);
  return createTwoFilesPatch(path, path, old ?? '', now ?? '', 'as it is', 'newest form', {
    context: 3,
    headerOptions: FILE_HEADERS_ONLY,
  });
}

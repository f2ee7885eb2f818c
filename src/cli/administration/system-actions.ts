import { listAdminKeys } from '../../config/administration/admin-keys.js';
import { stat } from 'node:fs/promises';
import { AdministrationError } from '../../config/administration/administration-error.js';
import { reset as resetIn } from '../../config/administration/reset.js';
import { backupOf, healthOf, restore as restoreInto } from '../../config/administration/system.js';
import { savedConfig } from '../../config/administration/saved-document.js';
import type { Json } from '../../config/administration/document.js';
import { bundledEchoCommand } from '../../config/bundled-echo.js';
import { judgeConfig, judgeDocument, readConfigFile } from '../../config/config-file.js';
import { createDefaultConfig } from '../../config/default-config.js';
import { systemErrorCode } from '../../config/fs-error.js';
import { ConfigError, describeProblem } from '../../config/problem.js';
import { configBytes, writeConfigFile } from '../../config/write-config-file.js';
import { EXIT } from '../cli-io.js';
import { type Action, type Desk, jsonText, tell } from './action.js';
import { deliver, readObject } from './json-files.js';
import { rehearse, tellNotes } from './rehearsal.js';

/** Exit code 1 when something is wrong. A file that no gateway would start with is not healthy, whatever stands in it. */
export const healthCheck: Action = async (_words, { repository, path, inFile, io }) => {
  const { document, revision } = await repository.read();
  const judged = await (inFile ? readConfigFile(path) : judgeDocument(document, revision, path));
  const health = healthOf(document);
  const issues = [...health.issues, ...(judged.ok ? [] : judged.problems.map(describeProblem))];
  io.stdout(jsonText({ ...health, status: issues.length === 0 ? 'healthy' : 'unhealthy', issues }));
  return issues.length === 0 ? EXIT.ok : EXIT.failure;
};

export const backup: Action = async (words, desk) => {
  const { document } = await desk.repository.read();
  return deliver(backupOf(document), words, desk);
};

/** Where there is no file (which is when backups are needed most), it is made. */
export const restore: Action = async (words, desk) => {
  const saved = await readObject(words.text('inputFile'));
  const { path, repository, inFile, io } = desk;
  tellNotes(savedConfig(saved).notes, io);
  const there = !inFile || (await isThere(path));
  if (words.flag('dryRun')) {
    const { document } = there ? await repository.read() : { document: {} };
    return rehearse(document, (json) => restoreInto(json, saved), desk);
  }
  if (there) await repository.change((document) => restoreInto(document, saved));
  else await makeFrom(saved, desk);
  const kept = inFile && there ? ' The file before is kept as a backup beside it.' : '';
  tell({ note: `Restored ${repository.place}. An admin key that was in force stays in force.${kept}` }, io);
  return EXIT.ok;
};

async function makeFrom(saved: Json, { path }: Desk): Promise<void> {
  const document: Json = {};
  restoreInto(document, saved);
  const judged = judgeConfig(configBytes(document), path);
  if (!judged.ok) throw new ConfigError(path, judged.problems);
  await writeConfigFile(path, document);
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

export const reset: Action = async (words, { repository, inFile, io }) => {
  if (!words.flag('confirm')) {
    throw new AdministrationError(
      'invalid',
      `This removes every config, server, project, user and key of ${repository.place}. If you mean it, add --confirm; "system backup" keeps what there is.`,
    );
  }
  const made = createDefaultConfig({ echoServer: true, echoCommand: bundledEchoCommand() });
  const { result: hadAdminKey } = await repository.change((document) => {
    const had = listAdminKeys(document).length > 0;
    if (!had) document.admin_apikey = made.json.admin_apikey;
    resetIn(document, made);
    return had;
  });
  tell(
    {
      lines: [
        `mcp_config_id: ${made.mcpConfigId}`,
        `project_id: ${made.projectId}`,
        `user_id: ${made.userId}`,
        `api_key: ${made.gatewayKey}`,
        ...(hadAdminKey ? [] : [`admin_api_key: ${made.adminKey}`]),
      ],
      note: `${repository.place} has the config, project, user and key that generate-config makes; settings stay, and ${hadAdminKey ? 'the admin key stays' : 'it had no admin key and now has one'}. Keys are not shown again.${inFile ? ' The file before is kept as a backup beside it.' : ''}`,
    },
    io,
  );
  return EXIT.ok;
};

/** The reference has a server of its own for the admin API. */
export const startApi: Action = () => {
  throw new AdministrationError(
    'invalid',
    'The admin API has no server of its own: "secure-mcp-gateway start" serves it under /api/v1, with the admin key; --admin-port gives it a port of its own.',
  );
};

export const stopApi: Action = () => {
  throw new AdministrationError(
    'invalid',
    'The admin API has no server of its own: it ends with the gateway. Press Ctrl-C where "secure-mcp-gateway start" runs, or send that process SIGTERM.',
  );
};

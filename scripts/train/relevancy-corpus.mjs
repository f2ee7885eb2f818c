#!/usr/bin/env node
// Writes test/corpus/relevancy.jsonl: calls of invented tools with their answers (label 0) and with answers to other calls (label 1): of
// another tool, and of the same tool about another subject. Fixed order, no chance. `node scripts/train/relevancy-corpus.mjs`.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CALLS } from './relevancy-calls.mjs';

const OUT = path.resolve(import.meta.dirname, '../../test/corpus');

function row(label, technique, call, text) {
  const request = JSON.stringify({ tool: call.tool, arguments: call.arguments });
  const id = createHash('sha256').update(`${request}\n${text}`).digest('hex').slice(0, 12);
  return {
    id: `own-${id}`,
    label,
    category: 'relevancy',
    text,
    request,
    channel: 'tool_result',
    source: 'own-calls',
    technique,
  };
}

const rows = CALLS.flatMap((call, at) => {
  const others = [7, 19].map((step) => CALLS[(at + step) % CALLS.length]).filter((other) => other.tool !== call.tool);
  const twin = CALLS.find((other) => other.tool === call.tool && other !== call && other.twin !== false);
  return [
    row(0, call.kind ?? 'plain', call, call.answer),
    ...others.filter((other) => other.answer.length > 40).map((other) => row(1, 'other_tool', call, other.answer)),
    ...(twin === undefined || twin.answer.length < 40 || call.twin === false
      ? []
      : [row(1, 'other_subject', call, twin.answer)]),
  ];
});
mkdirSync(OUT, { recursive: true });
const unique = [...new Map(rows.map((each) => [each.id, each])).values()];
writeFileSync(path.join(OUT, 'relevancy.jsonl'), unique.map((each) => `${JSON.stringify(each)}\n`).join(''));

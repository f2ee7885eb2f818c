// The scenes as lines for a terminal: a title with the outcome, and below it what was sent, seen, answered and written down.
import { styled } from './colours.mjs';

const LABEL_WIDTH = 9;
const INDENT = 4;
/** Rows that may take two lines; the others are cut. */
const LONG_ROWS = ['server', 'answer', 'FAILED'];
const DECISION_STYLES = { allowed: 'green', redacted: 'yellow' };

/** Control characters of an answer could move the cursor or recolour the terminal. */
const printable = (text) => text.replace(/\p{Cc}+/gu, ' ');

/** At most that many lines of that width, broken at spaces where there are some. */
function fold(text, width, maxLines) {
  const lines = [];
  let rest = printable(text);
  while (rest.length > width && lines.length < maxLines - 1) {
    const space = rest.lastIndexOf(' ', width);
    const end = space > width / 2 ? space : width;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...lines, rest.length > width ? `${rest.slice(0, width - 1)}…` : rest];
}

const count = (n, noun) => `${n} ${noun}${n === 1 ? '' : 's'}`;
const milliseconds = (ms) => `${Number(ms.toFixed(1))} ms`;

function answerText({ text, is_error, error }) {
  if (error === undefined) return is_error ? `isError: ${text}` : text;
  return `${error.code === undefined ? `HTTP ${error.http_status}` : `error ${error.code}`}: ${error.message}`;
}

/** From the server's own record, not from the gateway. */
function recordText({ server, before, calls, remark = '' }) {
  const recorded = calls.map(({ tool, arguments: args }) => `${tool} ${JSON.stringify(args)}`).join(', ');
  const none = before === 0 ? 'no call' : 'no further call';
  return `${server} recorded ${recorded || none}${remark}`;
}

function auditText({ decision, reasons, method, server, tool, upstream_ms, total_ms }) {
  const target = tool === null ? method : server === null ? tool : `${server}/${tool}`;
  const why = reasons.length === 0 ? '' : ` (${reasons.join(', ')})`;
  return `${decision}${why} · ${target} · ${milliseconds(total_ms)}, server ${milliseconds(upstream_ms)}`;
}

/** Label, text and style of each row of a scene; only those it has facts for. */
function rowsOf({ facts, reason }) {
  const { call, list, change, tools, record, answer, audit } = facts;
  return [
    change && ['config', change],
    list && [
      'listed',
      `${list.tools.join(', ')}; withheld: ${list.blocked.map(({ name, reasons }) => `${name} (${reasons.join(', ')})`).join(', ')}`,
    ],
    call && ['call', `${call.tool} ${JSON.stringify(call.arguments)}`, 'cyan'],
    record && ['server', recordText(record)],
    answer && ['answer', answerText(answer)],
    tools && [
      'answer',
      Object.entries(tools)
        .map(([server, names]) => `${server}: ${count(names.length, 'tool')}`)
        .join(', '),
    ],
    audit && ['audit', auditText(audit), DECISION_STYLES[audit.decision] ?? 'red'],
    reason !== null && ['FAILED', reason, 'red'],
  ].filter(Boolean);
}

/**
 * The lines of one scene, with colours.
 * @param number its place in the demo, from 1
 * @param width columns of the terminal
 */
export function sceneLines(scene, number, width) {
  const lines = [
    `${styled('bold', `${number}. ${scene.title}`)}  ${scene.ok ? styled('green', 'ok') : styled('red', 'FAILED')}`,
  ];
  const indent = ' '.repeat(INDENT);
  for (const [label, text, style] of rowsOf(scene)) {
    for (const [index, part] of fold(text, width - INDENT - LABEL_WIDTH, LONG_ROWS.includes(label) ? 2 : 1).entries()) {
      const head = (index === 0 ? label : '').padEnd(LABEL_WIDTH);
      lines.push(`${indent}${styled('dim', head)}${styled(style, part)}`);
    }
  }
  return lines;
}

/** One bold line. */
export const headline = (text) => styled('bold', text);

/** The last line: green when all is well, else red. */
export const verdictLine = (ok, text) => styled(ok ? 'green' : 'red', text);

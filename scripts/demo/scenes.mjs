// What the demo shows. Each scene gathers facts from outside the gateway and checks them; one that does not hold ends it.
import { HIDDEN_TEXT, LEAKED_TEXT } from './config.mjs';

/** Did not go as told. */
class Unexpected extends Error {}

function expect(holds, what) {
  if (!holds) throw new Unexpected(`expected ${what}`);
}

function expectAudit({ audit }, decision, reason) {
  expect(audit.decision === decision, `the audit log to say ${decision}, and it says ${audit.decision}`);
  expect(reason === undefined || audit.reasons.includes(reason), `${reason} among the reasons in the audit log`);
}

/**
 * One call; its facts are what the client sent and got, what the server wrote down meanwhile, and the audit line.
 * @returns the whole result as JSON, undefined when there was none
 */
async function call(stage, facts, { tool, args, server, client = stage.client }) {
  const before = server === undefined ? 0 : stage.gateway.callsSeenBy(server).length;
  const n = stage.calls++;
  facts.call = { tool, arguments: args };
  const { whole, ...answer } = await client.call(tool, args);
  facts.answer = answer;
  if (server !== undefined) facts.record = { server, before, calls: stage.gateway.callsSeenBy(server).slice(before) };
  facts.audit = await stage.gateway.decision(n);
  return whole;
}

/** Servers whose first answer takes longer than a list waits are asked once more, by name and as long as it takes. */
async function discoverAll(client) {
  const first = await client.meta('enkrypt_list_all_servers');
  const late = first.discovery_failed_servers;
  for (const server_name of late) await client.meta('enkrypt_discover_all_tools', { server_name });
  return late.length === 0 ? first : client.meta('enkrypt_list_all_servers');
}

async function listing(stage, facts) {
  facts.call = { tool: 'enkrypt_list_all_servers', arguments: {} };
  const { available_servers } = await discoverAll(stage.client);
  facts.tools = Object.fromEntries(
    Object.entries(available_servers).map(([name, { tools }]) => [name, tools.map((tool) => tool.name)]),
  );
  expect(Object.keys(facts.tools).join() === 'echo,mail,wiki,words', 'the servers echo, mail, wiki and words');
  expect(facts.tools.echo.includes('reverse'), 'the tools of the good echo server');
}

async function plainCall(stage, facts) {
  await call(stage, facts, { tool: 'echo__echo', args: { message: 'hello' } });
  expect(!facts.answer.is_error && facts.answer.text === 'hello', 'the text to come back');
  expectAudit(facts, 'allowed');
}

async function blockedCall(stage, facts) {
  const args = { to: 'press', text: 'About Project  AURORA: it ships in May.' };
  const whole = await call(stage, facts, { tool: 'mail__send', args, server: 'mail' });
  expect(facts.record.before + facts.record.calls.length === 0, 'no call in the record of the mail server');
  expect(facts.answer.is_error && !/aurora/i.test(whole), 'an error without the banned word');
  expectAudit(facts, 'blocked_input', 'keyword_detector');
}

async function redactedCall(stage, facts) {
  const [to, text] = ['ada@example.com', 'Card 4111 1111 1111 1111'];
  await call(stage, facts, { tool: 'mail__send', args: { to, text }, server: 'mail' });
  const { before, calls } = facts.record;
  // The first line there is: the blocked call has not arrived late either, and the record does work.
  expect(before === 0 && calls.length === 1, 'exactly one call in the record of the mail server');
  const seen = JSON.stringify(calls[0].arguments);
  expect(!seen.includes(to) && !/1111/.test(seen), 'neither address nor card number in what the server saw');
  expect(/<EMAIL_1_\w+>/.test(seen) && /<CREDIT_CARD_1_\w+>/.test(seen), 'placeholders in what the server saw');
  expect(facts.answer.text === `Sent to ${to}: ${text}`, 'the original text in the answer');
  expectAudit(facts, 'redacted', 'pii');
}

async function blockedAnswer(stage, facts) {
  const whole = await call(stage, facts, { tool: 'wiki__read_page', args: { path: '/roadmap' }, server: 'wiki' });
  facts.record.remark = ` and answered "${LEAKED_TEXT}"`;
  expect(facts.record.calls.length === 1, 'the call in the record of the wiki server');
  expect(facts.answer.is_error && !/aurora/i.test(whole), 'an error without the text');
  expectAudit(facts, 'blocked_output', 'keyword_detector');
}

async function poisonedTool(stage, facts) {
  const args = { word: 'gateway', context: 'nothing' };
  const listed = (await stage.client.toolNames()).filter((name) => name.startsWith('words__'));
  const found = await stage.client.meta('enkrypt_discover_all_tools', { server_name: 'words' });
  const offered = found.tools.map(({ name }) => name);
  facts.list = { tools: listed, blocked: found.blocked_tools };
  await call(stage, facts, { tool: 'words__look_up', args, server: 'words' });
  facts.record.remark = `; look_up hides "${HIDDEN_TEXT}"`;
  expect(
    listed.join() === 'words__add' && offered.join() === 'add',
    'the poisoned tool in no list, and the good one in both',
  );
  const [blocked] = found.blocked_tools;
  expect(found.blocked_tools.length === 1 && blocked.name === 'look_up', 'the poisoned tool among the blocked ones');
  expect(JSON.stringify(blocked).includes('keyword_detector'), 'the detector named as the reason');
  expect(!/ignore previous/i.test(JSON.stringify(found)), 'the hidden text in no answer');
  expect(facts.answer.error?.code === -32602, 'an unknown tool');
  expect(facts.record.calls.length === 0, 'no call in the record of the words server');
  expectAudit(facts, 'refused', 'unknown_tool');
  const judged = await stage.gateway.definitionVerdict('look_up');
  expect(judged.reasons.includes('keyword_detector'), 'the audit log to say why the tool is withheld');
}

async function disabledKey(stage, facts) {
  const client = await stage.connect(stage.gateway.secondKey);
  const echo = { tool: 'echo__echo', args: { message: 'hello' }, client };
  await call(stage, facts, echo);
  expect(facts.answer.text === 'hello', 'the second key to work before it is disabled');
  await stage.gateway.disableSecondKey();
  facts.change = 'the second key is disabled while its client is connected';
  await call(stage, facts, echo);
  expect(facts.answer.error?.http_status === 401, 'the open session to be refused');
  expectAudit(facts, 'refused', 'disabled');
}

/** In the order of the demo. */
export const SCENES = [
  { name: 'servers', title: 'One endpoint lists the tools of four servers', play: listing },
  { name: 'echo', title: 'An ordinary call goes through', play: plainCall },
  { name: 'blocked_call', title: 'A banned word in a call: the call is not made', play: blockedCall },
  { name: 'redacted_call', title: 'Personal data in a call: the server sees placeholders', play: redactedCall },
  { name: 'blocked_answer', title: 'A banned word in an answer: the answer is withheld', play: blockedAnswer },
  {
    name: 'poisoned_tool',
    title: 'Instructions hidden in a tool definition: the tool is withheld',
    play: poisonedTool,
  },
  { name: 'disabled_key', title: 'A key is disabled: its open session ends', play: disabledKey },
];

/**
 * Plays one scene.
 * @param stage gateway, client, connect(key), calls (how many there were)
 * @returns name, title, ok, reason (why it did not go as told, or null), duration_ms and facts
 */
export async function playScene({ name, title, play }, stage) {
  const started = performance.now();
  const facts = {};
  let reason = null;
  try {
    await play(stage, facts);
  } catch (error) {
    reason = error.message;
  }
  return { name, title, ok: reason === null, reason, duration_ms: Math.round(performance.now() - started), facts };
}

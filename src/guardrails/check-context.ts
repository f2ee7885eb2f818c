import type { Channel } from '../contracts/channel.js';
import type { RedactionVault } from './redaction-vault.js';

/** What a payload is: where it comes from, and whose it is. */
export interface CheckContext {
  readonly channel: Channel;
  /** Server that is called or described; empty when there is none. */
  readonly server: string;
  /** Tool that is called or defined; empty when there is none. */
  readonly tool: string;
  /** Of an answer: the call as the upstream saw it. Absent = nothing to compare the answer with. */
  readonly request?: AnsweredCall | undefined;
  /** Of a call: JSON Schema of the tool's arguments, so that a placeholder can have the format that it asks for. */
  readonly inputSchema?: unknown;
  /** Of a call that goes on: the same of the answers to what its server asked. */
  readonly answersSchema?: unknown;
  /** Of what goes in during a call: the call's own placeholders, so that its answer can be restored. Absent = new ones. */
  readonly vault?: RedactionVault;
}

/** A call beside its answer. */
export interface AnsweredCall {
  readonly tool: string;
  readonly arguments: unknown;
}

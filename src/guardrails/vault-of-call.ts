import type { McpCall } from '../contracts/mcp-call.js';
import type { RedactionVault } from './redaction-vault.js';

/** Carries a call's placeholders from the input check to the output check; gone with the call, never shared. */
const vaults = new WeakMap<McpCall, RedactionVault>();

export function attachVault(call: McpCall, vault: RedactionVault): void {
  vaults.set(call, vault);
}

export function vaultOf(call: McpCall): RedactionVault | null {
  return vaults.get(call) ?? null;
}

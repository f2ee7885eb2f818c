import type { Json } from './document.js';

/** What is said of a switch. */
export interface SwitchState {
  readonly disabled: boolean;
  readonly disabled_at: string | null;
  readonly disabled_reason: string | null;
}

export function switchState(json: Json): SwitchState {
  const { disabled_at: at, disabled_reason: reason } = json;
  return {
    disabled: json.disabled === true,
    disabled_at: typeof at === 'string' ? at : null,
    disabled_reason: typeof reason === 'string' ? reason : null,
  };
}

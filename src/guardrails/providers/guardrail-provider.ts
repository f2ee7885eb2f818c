import type { CancelSignal } from '../../contracts/cancel-signal.js';
import type { DetectorName } from '../../contracts/finding.js';
import type { Comparisons } from '../../contracts/remote-check.js';
import type { CheckContext } from '../check-context.js';
import type { Hit } from '../local/hit.js';

/** One text of a payload and its place, as a JSON Pointer; empty when the place cannot be told without telling text. */
export interface PlacedText {
  readonly path: string;
  readonly text: string;
}

/** One payload that a provider is asked about. */
export interface Question {
  readonly context: CheckContext;
  /** The policy's name at the provider. */
  readonly policyName: string;
  /** Detectors that block under the policy of the server. */
  readonly block: ReadonlySet<DetectorName>;
  readonly texts: readonly PlacedText[];
  /** One of the texts with some hits replaced, the same each time, or as it is when its place keeps its value; null = nothing may be replaced. */
  readonly redact: ((textIndex: number, hits: readonly Hit[]) => string) | null;
  readonly comparisons: Comparisons;
}

/** What a provider found. `textIndex` null = in the texts as a whole; the offsets are 0 then. */
export interface RemoteHit extends Hit {
  readonly textIndex: number | null;
}

export interface ProviderAnswer {
  readonly hits: readonly RemoteHit[];
  /** Detectors that gave an answer, whether they found anything or not. */
  readonly detectors: readonly DetectorName[];
  /** True = the provider itself says that this must not pass, whatever the policy's `block` says. */
  readonly blocks: boolean;
  /** What to replace, by the index of the text; hits in order, without overlaps. Empty when the question allows none. */
  readonly redactions: ReadonlyMap<number, readonly Hit[]>;
}

/** Who can be asked about text. Adapters keep connections, never anything of a payload. */
export interface GuardrailProvider {
  /**
   * Answers in the order of the questions, which belong to one server, one policy and one channel.
   * @throws ProviderFailure when there is no answer to rely on; the signal's reason
   */
  check(questions: readonly Question[], signal: CancelSignal): Promise<readonly ProviderAnswer[]>;
  /** Asks for as little as possible, to see whether the service can be reached and takes the key. @throws ProviderFailure */
  probe(policyName: string, signal: CancelSignal): Promise<void>;
  close(): Promise<void>;
}

import type { ObservationRow, Via } from '../store/analytics/rows.ts';

/** Who is sending: found once per request from the API key, passed along unchanged. */
export interface Sender {
  projectId: string;
  publicKey: string;
  /** `full`: key pair. `scores`: public key alone, may only write scores. */
  scope: 'full' | 'scores';
  via: Via;
  /** From `x-langfuse-sdk-name` / `-version` (hyphen or underscore), empty when not told. */
  sdkName: string;
  sdkVersion: string;
  /** From `x-langfuse-ingestion-version`; absent when not told. 4 or more: the trace is derived from its spans alone (contract §3.1). */
  ingestionVersion?: number;
}

/** How a request stands while it is worked on. */
export interface Circumstances {
  /** Aborted, with an AppError as its reason, when nobody waits for the answer any more: what is not being written yet is dropped. */
  signal?: AbortSignal | undefined;
  /** Called when everything but the writing is done. */
  prepared?: (() => void) | undefined;
}

/** An item that was not taken, and why. `reason` is a short stable word for counters, `message` names the field. */
export interface Refusal {
  index: number;
  /** Span id, event id or whatever identifies the item to its sender; null when it has none. */
  item: string | null;
  reason:
    | 'invalid_id'
    | 'invalid_field'
    | 'invalid_count'
    | 'odd_time'
    | 'unauthorized'
    | 'too_large'
    | 'score_config'
    | 'not_found';
  message: string;
  /** The item itself was taken, without what the message names. */
  kept?: true;
}

/** What a dialect stage makes of one OTLP export: whole rows, without price, ready for the next stage. */
export interface NormalisedExport {
  rows: ObservationRow[];
  refused: Refusal[];
}

/** Adds usage (when missing), price and cost to whole rows, in place. Bound to the project's own prices by the caller. */
export type PriceRows = (rows: ObservationRow[]) => Promise<void> | void;

/** Resolves a prompt link to the id of that prompt version, or null when there is none. Never throws. */
export type FindPrompt = (projectId: string, name: string, version: number) => Promise<string | null> | string | null;

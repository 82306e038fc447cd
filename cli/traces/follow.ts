import { setTimeout as wait } from 'node:timers/promises';
import { TAIL_PATH } from '../../contract/api/traces.ts';
import { CliError } from '../cli-error.ts';
import { API_ROOT } from '../client/own-api.ts';
import type { Server } from '../command.ts';
import { EXIT } from '../exit-codes.ts';

/** News of the live tail: traces whose rows can now be read; or that the line was open again after a gap. */
export type TailNews = { kind: 'traces'; traceIds: string[] } | { kind: 'open'; again: boolean };

const RECONNECT_MS = 1000;

/**
 * Follows the live tail until `signal` is aborted; connects again when the line breaks.
 * @throws CliError when the server refuses, or cannot be reached to begin with
 */
export async function* followTraces(server: Server, signal: AbortSignal): AsyncGenerator<TailNews> {
  const path = API_ROOT + TAIL_PATH.replace('{projectId}', encodeURIComponent(await server.projectId()));
  for (let again = false; !signal.aborted; again = true) {
    try {
      const response = await server.http.stream({ path, accept: 'text/event-stream', signal });
      yield { kind: 'open', again };
      for await (const { event, data } of eventsOf(response.body!)) {
        if (event === 'trace') yield { kind: 'traces', traceIds: (JSON.parse(data) as { traceIds: string[] }).traceIds };
      }
    } catch (error) {
      // A broken line, or a server that is started again, is no reason to give up; what the server refuses is.
      const away = !(error instanceof CliError) || (again && error.exitCode === EXIT.unreachable);
      if (!away || signal.aborted) throw error;
    }
    await wait(RECONNECT_MS, undefined, { signal });
  }
}

/** Server-sent events of a stream (https://html.spec.whatwg.org/multipage/server-sent-events.html), as far as they carry data. */
export async function* eventsOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<{ event: string; data: string }> {
  const decoder = new TextDecoder();
  let text = '';
  let event = '';
  let data: string[] = [];
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    const lines = text.split(/\r\n|\n|\r(?!$)/);
    text = lines.pop()!;
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) yield { event: event || 'message', data: data.join('\n') };
        event = '';
        data = [];
      } else if (line.startsWith('event:')) event = line.slice(6).trim();
      else if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''));
    }
  }
}

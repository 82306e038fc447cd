import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * For what is polled: the JSON of an answer and its ETag are made once for each `source` object, which must not change.
 * @param bodyOf what is sent for a source
 */
export function createTaggedAnswers<Source extends object>(
  bodyOf: (source: Source) => unknown,
): (request: FastifyRequest, reply: FastifyReply, source: Source) => FastifyReply {
  const made = new WeakMap<Source, { text: string; tag: string }>();
  return (request, reply, source) => {
    let answer = made.get(source);
    if (!answer) {
      const text = JSON.stringify(bodyOf(source));
      answer = { text, tag: `"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"` };
      made.set(source, answer);
    }
    // Kept by the caller alone, and asked about before every use: a label may have moved.
    reply.header('etag', answer.tag).header('cache-control', 'private, no-cache');
    if (isKnown(request.headers['if-none-match'], answer.tag)) return reply.code(304).send();
    return reply.type('application/json; charset=utf-8').send(answer.text);
  };
}

/** Whether a tag is among those of an `If-None-Match` header, by weak comparison (RFC 9110 §13.1.2). */
export function isKnown(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  return header.split(',').some((each) => each.trim().replace(/^W\//, '') === tag);
}

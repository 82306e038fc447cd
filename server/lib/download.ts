/**
 * An answer of an operation that is a file and not JSON. The surface sends it piece by piece; a failure on the way breaks the connection
 * off, so that a part is never taken for the whole.
 */
export class Download {
  readonly contentType: string;
  /** What browsers save it as: ASCII letters, digits, `.`, `-`, `_`. */
  readonly fileName: string;
  readonly content: AsyncIterable<Uint8Array>;

  constructor(contentType: string, fileName: string, content: AsyncIterable<Uint8Array>) {
    this.contentType = contentType;
    this.fileName = fileName;
    this.content = content;
  }
}

/** Whether a browser shows content of this type without running anything; the rest is saved to a file. */
export const isShown = (contentType: string): boolean =>
  /^(?:image\/(?!svg\+xml$)|audio\/|video\/|text\/plain$)/.test(contentType);

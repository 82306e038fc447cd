/** A POST, ready to be sent. */
export interface NotifyRequest {
  url: string;
  headers: Record<string, string>;
  body: string;
  /** For receivers that answer 200 to what they did not take: says what was wrong, or null. */
  refusal?(body: string): string | null;
}

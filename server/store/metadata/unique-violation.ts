/** Whether a write failed because another row has the same key; Drizzle wraps the engine's error. */
export function isUniqueViolation(error: unknown): boolean {
  const { code, cause } = (error ?? {}) as { code?: string; cause?: { code?: string } };
  return (cause?.code ?? code) === '23505';
}

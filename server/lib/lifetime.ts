/** A part of the process with a life: started in order, drained and stopped in the reverse order. */
export interface Part {
  readonly name: string;
  /** Finish what was accepted and take nothing new. */
  drain?(): Promise<void>;
  /** Release everything held. */
  stop?(): Promise<void>;
}

/** Drains all parts, last started first, then stops them in the same order; a failing part does not keep the others open. */
export async function shutDown(parts: readonly Part[], onError: (part: Part, error: unknown) => void): Promise<void> {
  const reversed = [...parts].reverse();
  for (const step of ['drain', 'stop'] as const) {
    for (const part of reversed) {
      try {
        await part[step]?.();
      } catch (error) {
        onError(part, error);
      }
    }
  }
}

/** Notes that a part with a life has been started. @returns the part */
export type Start = <T>(part: T, life: Part) => T;

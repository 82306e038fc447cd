import type { Operation, OutputOf, ParsedInputOf, Role } from '../../contract/operation.ts';

/** Who calls an operation, after authentication and the scope check: `projectId` / `organisationId` are those of the path. */
export interface Caller {
  kind: 'user' | 'key' | 'anonymous';
  /** The signed-in person; null for keys. */
  userId: string | null;
  /** The public key; null for people. */
  publicKey: string | null;
  projectId: string | null;
  organisationId: string | null;
  role: Role;
  requestId: string;
}

export interface Implemented {
  operation: Operation;
  handle(input: never, caller: Caller): Promise<unknown>;
}

/** Ties an operation's declaration to the function that does it. The HTTP surface registers what it is given; nothing else is reachable. */
export function implement<Op extends Operation>(
  operation: Op,
  handle: (input: ParsedInputOf<Op>, caller: Caller) => Promise<OutputOf<Op>>,
): Implemented {
  return { operation, handle: handle as Implemented['handle'] };
}

import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { signOut } from '../lib/auth.ts';
import { toast } from '../ui/toaster.tsx';

/** Ends the session and forgets everything that was read in it. */
export function useSignOut(): () => Promise<void> {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return async () => {
    try {
      await signOut();
    } catch (error) {
      toast.error('You are still signed in', { description: error instanceof Error ? error.message : undefined });
      return;
    }
    await navigate({ to: '/sign-in', search: {} });
    queries.clear();
  };
}

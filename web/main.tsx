import './lib/no-eval.ts';
import './ui/theme.css';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createQueryClient } from './lib/query.ts';
import { createAppRouter } from './router.tsx';

const queryClient = createQueryClient(() => {
  // Signed out meanwhile: on to the sign-in and back here afterwards. While the first page loads, its route does the same.
  const here = router.state.location;
  if (here.pathname.startsWith('/sign-')) return;
  queryClient.clear();
  void router.navigate({ to: '/sign-in', search: here.pathname === '/' ? {} : { next: here.href } });
});
const router = createAppRouter(queryClient);

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <RouterProvider router={router} />
  </StrictMode>,
);

import { useSyncExternalStore } from 'react';
import { z } from 'zod';
import { useStored } from './stored.ts';

const themeChoice = z.enum(['system', 'light', 'dark']);
export type ThemeChoice = z.infer<typeof themeChoice>;

const systemDark = () => matchMedia('(prefers-color-scheme: dark)');

function subscribe(listener: () => void) {
  const query = systemDark();
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
}

/** The chosen theme and the one that is shown. The choice is kept in local storage; `public/first-paint.js` applies it before React runs. */
export function useTheme(): { choice: ThemeChoice; shown: 'light' | 'dark'; choose(choice: ThemeChoice): void } {
  const [choice, choose] = useStored('theme', themeChoice, 'system');
  const dark = useSyncExternalStore(subscribe, () => systemDark().matches);
  return { choice, shown: choice === 'system' ? (dark ? 'dark' : 'light') : choice, choose };
}

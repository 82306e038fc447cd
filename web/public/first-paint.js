// Applies the chosen theme before anything is painted. The same rule as web/lib/theme.ts, which takes over afterwards.
(() => {
  let choice = 'system';
  try {
    choice = localStorage.getItem('telltale:theme') ?? 'system';
  } catch {
    // Storage may be forbidden; the system's theme will do.
  }
  const dark = choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();

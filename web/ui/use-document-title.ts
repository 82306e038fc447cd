import { useEffect } from 'react';

/** Names the page in the tab and the history: `Traces · Telltale`. */
export function useDocumentTitle(title: string | undefined): void {
  useEffect(() => {
    if (title) document.title = `${title} · Telltale`;
  }, [title]);
}

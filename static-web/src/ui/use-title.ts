import { useEffect } from 'react';

/** Names the page in the browser's tab, for screen readers and the history. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · CvatServerless`;
  }, [title]);
}

import { useEffect } from 'react';

/** Physical key (`KeyF`) and what it does. */
export type KeyBinding = readonly [code: string, action: () => void];

/** Keys by their physical place (`KeyF`), so that they stay where they are on other layouts. None works while typing. */
export function usePlayerKeys(bindings: readonly KeyBinding[]): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const target = event.target as HTMLElement;
      if (
        target.closest(
          'input, textarea, select, [contenteditable], [role="slider"], [role="dialog"], [role="menu"]',
        )
      )
        return;
      const action = bindings.find(([code]) => code === event.code)?.[1];
      if (action === undefined) return;
      event.preventDefault();
      action();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [bindings]);
}

import { type CSSVariablesResolver, createTheme } from '@mantine/core';

export const theme = createTheme({
  primaryColor: 'indigo',
  colors: {
    // Cool greys, so that fields and surfaces belong together in the dark.
    dark: [
      '#d5d8de',
      '#b4b8c0',
      '#989da8',
      '#6d737f',
      '#474c57',
      '#383c46',
      '#282b33',
      '#1f2228',
      '#191b20',
      '#131519',
    ],
  },
  primaryShade: { light: 7, dark: 8 },
  defaultRadius: 'md',
  cursorType: 'pointer',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif',
  headings: { fontWeight: '650' },
  components: {
    Tooltip: {
      defaultProps: { withArrow: true, openDelay: 300, events: { hover: true, focus: true, touch: false } },
    },
    // The kit's header element would count as a second banner of the page.
    Modal: {
      defaultProps: {
        attributes: { header: { role: 'presentation' } },
        closeButtonProps: { 'aria-label': 'Close' },
      },
    },
    Notification: {
      defaultProps: { closeButtonProps: { 'aria-label': 'Close the notification' } },
      styles: { description: { color: 'var(--mantine-color-dimmed)' } },
    },
    Anchor: { defaultProps: { underline: 'hover' } },
  },
});

/** Raises the quiet colours of the kit to the contrast of WCAG AA on our backgrounds. */
export const cssVariables: CSSVariablesResolver = (base) => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': base.colors.gray[7],
    '--mantine-color-placeholder': '#6b737b',
    '--mantine-color-error': base.colors.red[9],
    '--app-background': '#f4f5f8',
    '--app-surface': '#ffffff',
    '--app-border': base.colors.gray[3],
    '--app-canvas': '#e4e6eb',
  },
  dark: {
    '--mantine-color-dimmed': '#a9adb5',
    '--mantine-color-placeholder': '#989ca4',
    '--mantine-color-error': base.colors.red[4],
    '--app-background': '#16181d',
    '--app-surface': '#1f2228',
    '--app-border': '#363a43',
    '--app-canvas': '#101216',
  },
});

/** Red, green and blue, each 0 to 255. */
export type Rgb = readonly [number, number, number];

/** Reads `#rrggbb`; anything else is a middle grey. */
export function parseColor(hex: string | null | undefined): Rgb {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex ?? '');
  if (!match) return [128, 128, 128];
  return [
    Number.parseInt(match[1] ?? '', 16),
    Number.parseInt(match[2] ?? '', 16),
    Number.parseInt(match[3] ?? '', 16),
  ];
}

/** Relative luminance, 0 to 1. Source: WCAG 2.2, "relative luminance". */
export function luminance([red, green, blue]: Rgb): number {
  const linear = (channel: number) => {
    const value = channel / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

/** Contrast ratio, 1 to 21. Source: WCAG 2.2, "contrast ratio". */
export function contrast(a: Rgb, b: Rgb): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** Black or white, whichever can be read better on the colour; one of them always reaches 4.5. */
export function readableTextColor(hex: string | null | undefined): '#000000' | '#ffffff' {
  const color = parseColor(hex);
  return contrast(color, [0, 0, 0]) >= contrast(color, [255, 255, 255]) ? '#000000' : '#ffffff';
}

/** Colours that are well told apart. */
export const LABEL_COLORS = [
  '#e6194b',
  '#3cb44b',
  '#ffb000',
  '#4363d8',
  '#f58231',
  '#911eb4',
  '#00a6a6',
  '#f032e6',
  '#7a9a01',
  '#9a6324',
];

/** The first colour of a well-told-apart row that is not taken yet. */
export const nextLabelColor = (taken: readonly string[]): string =>
  LABEL_COLORS.find((color) => !taken.includes(color)) ??
  LABEL_COLORS[taken.length % LABEL_COLORS.length] ??
  '#4363d8';

/** A rule in JSON logic, as the API takes it. */
export type Rule = Readonly<Record<string, unknown>>;

export interface QuickFilter {
  readonly key: string;
  readonly label: string;
  readonly rule: Rule;
}

/** The quick filters that make up a filter; null when it was built otherwise. */
export function activeQuickFilters(filter: string, known: readonly QuickFilter[]): readonly string[] | null {
  if (filter === '') return [];
  const parsed = JSON.parse(filter) as { and?: unknown };
  if (Object.keys(parsed).length !== 1 || !Array.isArray(parsed.and)) return null;
  const active: string[] = [];
  for (const rule of parsed.and) {
    const match = known.find((quick) => JSON.stringify(quick.rule) === JSON.stringify(rule));
    if (match === undefined) return null;
    active.push(match.key);
  }
  return active;
}

/** Quick filters joined by AND; none: an empty string. */
export function formatQuickFilters(active: readonly string[], known: readonly QuickFilter[]): string {
  const rules = known.filter((quick) => active.includes(quick.key)).map((quick) => quick.rule);
  return rules.length === 0 ? '' : JSON.stringify({ and: rules });
}

export type AttributeType = 'select' | 'radio' | 'checkbox' | 'text' | 'number';

export interface AttributeDraft {
  readonly id?: number;
  readonly name: string;
  readonly mutable: boolean;
  readonly input_type: AttributeType;
  readonly default_value: string;
  readonly values: readonly string[];
}

/** A label as the form holds it; saved ones carry their id. */
export interface LabelDraft {
  readonly id?: number;
  readonly name: string;
  readonly color: string;
  readonly type: string;
  readonly attributes: readonly AttributeDraft[];
  readonly svg?: string;
  readonly sublabels?: readonly unknown[];
}

export const LABEL_TYPES = [
  'any',
  'rectangle',
  'polygon',
  'polyline',
  'points',
  'ellipse',
  'cuboid',
  'mask',
  'tag',
  'skeleton',
] as const;
export const ATTRIBUTE_TYPES: readonly AttributeType[] = ['select', 'radio', 'checkbox', 'text', 'number'];

export type RawLabels =
  | { readonly ok: true; readonly labels: readonly LabelDraft[] }
  | { readonly ok: false; readonly problem: string };

/** Reads pasted labels. Ids are dropped unless they are among the saved ones; trailing commas are tolerated. */
export function parseRawLabels(text: string, savedIds: ReadonlySet<number>): RawLabels {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/,(\s*[\]}])/g, '$1'));
  } catch (error) {
    return { ok: false, problem: `This is not JSON: ${(error as Error).message}` };
  }
  if (!Array.isArray(value)) return { ok: false, problem: 'Labels are a list: [ … ].' };
  const labels: LabelDraft[] = [];
  for (const [index, item] of value.entries()) {
    const label = parseLabel(item, savedIds);
    if (typeof label === 'string') return { ok: false, problem: `Label ${index + 1}: ${label}` };
    if (labels.some((other) => other.name === label.name))
      return { ok: false, problem: `There are two labels with the name "${label.name}".` };
    labels.push(label);
  }
  return { ok: true, labels };
}

function parseLabel(item: unknown, savedIds: ReadonlySet<number>): LabelDraft | string {
  if (typeof item !== 'object' || item === null) return 'is no object.';
  const source = item as Record<string, unknown>;
  const name = typeof source.name === 'string' ? source.name.trim() : '';
  if (name === '') return 'has no name.';
  const color = source.color ?? '';
  if (typeof color !== 'string' || (color !== '' && !/^#[0-9a-f]{6}$/i.test(color)))
    return 'has a bad colour; write #rrggbb.';
  const type = source.type ?? 'any';
  if (!LABEL_TYPES.includes(type as never)) return `has the unknown type "${String(type)}".`;
  const attributes: AttributeDraft[] = [];
  for (const entry of Array.isArray(source.attributes) ? source.attributes : []) {
    const attribute = parseAttribute(entry);
    if (typeof attribute === 'string') return attribute;
    attributes.push(attribute);
  }
  if (type === 'skeleton' && !(Array.isArray(source.sublabels) && source.sublabels.length > 0))
    return 'is a skeleton without points.';
  return {
    ...(typeof source.id === 'number' && savedIds.has(source.id) ? { id: source.id } : {}),
    name,
    color,
    type: type as string,
    attributes,
    ...(typeof source.svg === 'string' ? { svg: source.svg } : {}),
    ...(Array.isArray(source.sublabels) ? { sublabels: source.sublabels } : {}),
  };
}

function parseAttribute(entry: unknown): AttributeDraft | string {
  if (typeof entry !== 'object' || entry === null) return 'has an attribute that is no object.';
  const source = entry as Record<string, unknown>;
  const draft: AttributeDraft = {
    ...(typeof source.id === 'number' ? { id: source.id } : {}),
    name: typeof source.name === 'string' ? source.name.trim() : '',
    mutable: source.mutable === true,
    input_type: source.input_type as AttributeType,
    default_value: String(
      source.default_value ?? (Array.isArray(source.values) ? (source.values[0] ?? '') : ''),
    ),
    values: (Array.isArray(source.values) ? source.values : []).map(String),
  };
  const problem = attributeProblem(draft, []);
  return problem === null ? draft : `attribute "${draft.name}": ${problem}`;
}

/** The first thing wrong with an attribute, as a sentence, or null. */
export function attributeProblem(attribute: AttributeDraft, otherNames: readonly string[]): string | null {
  if (attribute.name.trim() === '') return 'Give the attribute a name';
  if (otherNames.includes(attribute.name.trim())) return 'There is already an attribute with this name';
  if (!ATTRIBUTE_TYPES.includes(attribute.input_type)) return 'Choose a type';
  if (new Set(attribute.values).size !== attribute.values.length) return 'A value stands there twice';
  if (attribute.input_type === 'number') return numberProblem(attribute);
  if (attribute.input_type === 'text' || attribute.input_type === 'checkbox') return null;
  return attribute.values.length === 0 ? 'Enter at least one value' : null;
}

function numberProblem({ values, default_value }: AttributeDraft): string | null {
  const numbers = values.map(Number);
  const [min, max, step] = numbers;
  if (
    numbers.length !== 3 ||
    min === undefined ||
    max === undefined ||
    step === undefined ||
    numbers.some(Number.isNaN)
  )
    return 'Enter three numbers: smallest, largest, step';
  if (min >= max) return 'The smallest number must be below the largest';
  if (step <= 0 || step > max - min) return 'The step must be above 0 and fit between the two';
  const value = Number(default_value);
  return Number.isNaN(value) || value < min || value > max ? 'The default must lie between the two' : null;
}

/** The first thing wrong with a label, as a sentence, or null. */
export function labelProblem(label: LabelDraft, otherNames: readonly string[]): string | null {
  if (label.name.trim() === '') return 'Give the label a name';
  if (label.name.trim().length > 64) return 'Use at most 64 characters';
  return otherNames.includes(label.name.trim()) ? 'There is already a label with this name' : null;
}

/** What the API gets when labels are changed: dropped saved ones are named as deleted, the others are kept or added. */
export function labelChanges(saved: readonly LabelDraft[], wanted: readonly LabelDraft[]): unknown[] {
  const kept = new Set(wanted.map((label) => label.id));
  const deleted = saved
    .filter((label) => !kept.has(label.id))
    .map((label) => ({ id: label.id, deleted: true }));
  const changed = wanted.filter((label) => {
    const before = saved.find((other) => other.id === label.id);
    return label.id === undefined || JSON.stringify(before) !== JSON.stringify(label);
  });
  return [...deleted, ...changed.map(labelToWire)];
}

/** A label without what the API does not take from a client. */
export function labelToWire(label: LabelDraft): Record<string, unknown> {
  const { color, svg, sublabels, ...rest } = label;
  const skeletonParts = label.type === 'skeleton' && label.id === undefined ? { svg, sublabels } : {};
  return { ...rest, ...(color === '' ? {} : { color }), ...skeletonParts };
}

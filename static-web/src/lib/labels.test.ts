import { expect, test } from 'vitest';
import { attributeProblem, type LabelDraft, labelChanges, labelProblem, parseRawLabels } from './labels';

const car: LabelDraft = { id: 3, name: 'car', color: '#ff0000', type: 'any', attributes: [] };
const bus: LabelDraft = { id: 4, name: 'bus', color: '#00ff00', type: 'any', attributes: [] };

test('pasted labels lose foreign ids and keep their own', () => {
  const raw = parseRawLabels('[{"id":3,"name":"car"},{"id":9,"name":"van"},]', new Set([3]));
  expect(raw.ok && raw.labels.map((label) => label.id)).toEqual([3, undefined]);
});

test.each([
  ['{', 'not JSON'],
  ['{}', 'list'],
  ['[{"color":"#ff0000"}]', 'no name'],
  ['[{"name":"a"},{"name":"a"}]', 'two labels'],
  ['[{"name":"a","color":"red"}]', 'bad colour'],
  ['[{"name":"a","type":"blob"}]', 'unknown type'],
  ['[{"name":"a","type":"skeleton"}]', 'without points'],
  ['[{"name":"a","attributes":[{"name":"x","input_type":"select","values":[]}]}]', 'at least one value'],
])('%s is refused: %s', (text, part) => {
  const raw = parseRawLabels(text, new Set());
  expect(raw.ok ? '' : raw.problem).toContain(part);
});

test('a number attribute needs a range, a step and a default inside', () => {
  const number = {
    name: 'n',
    mutable: false,
    input_type: 'number' as const,
    default_value: '5',
    values: ['0', '10', '1'],
  };
  expect(attributeProblem(number, [])).toBeNull();
  expect(attributeProblem({ ...number, default_value: '11' }, [])).toContain('default');
  expect(attributeProblem({ ...number, values: ['0', '10', '20'] }, [])).toContain('step');
  expect(attributeProblem(number, ['n'])).toContain('already');
});

test('label names are needed, short and unique', () => {
  expect(labelProblem({ ...car, name: ' ' }, [])).toContain('name');
  expect(labelProblem(car, ['car'])).toContain('already');
  expect(labelProblem(car, ['bus'])).toBeNull();
});

test('changes name what is dropped, changed and new, and nothing else', () => {
  const van: LabelDraft = { name: 'van', color: '', type: 'any', attributes: [] };
  expect(labelChanges([car, bus], [{ ...car, name: 'auto' }, van])).toEqual([
    { id: 4, deleted: true },
    { id: 3, name: 'auto', color: '#ff0000', type: 'any', attributes: [] },
    { name: 'van', type: 'any', attributes: [] },
  ]);
  expect(labelChanges([car, bus], [car, bus])).toEqual([]);
});

import type { ListRules } from '@/lib/list-state';
import type { QuickFilter } from '@/lib/quick-filters';
import type { SortField } from '@/resource-list/list-toolbar';

export const SORT_FIELDS: readonly SortField[] = [
  { field: 'id', label: 'ID' },
  { field: 'name', label: 'Name' },
  { field: 'owner', label: 'Owner' },
  { field: 'assignee', label: 'Assignee' },
  { field: 'status', label: 'Status' },
  { field: 'updated_date', label: 'Updated date' },
  { field: 'subset', label: 'Subset' },
  { field: 'mode', label: 'Mode' },
  { field: 'dimension', label: 'Dimension' },
  { field: 'project_id', label: 'Project ID' },
  { field: 'project_name', label: 'Project name' },
];

export const RULES: ListRules = {
  sortFields: SORT_FIELDS.map(({ field }) => field),
  defaultSort: '-id',
  pageSizes: [10, 20, 50, 100],
};

export const quickFilters = (userName: string): readonly QuickFilter[] => [
  { key: 'assigned', label: 'Assigned to me', rule: { '==': [{ var: 'assignee' }, userName] } },
  { key: 'owned', label: 'Owned by me', rule: { '==': [{ var: 'owner' }, userName] } },
  { key: 'open', label: 'Not completed', rule: { '!': { '==': [{ var: 'status' }, 'completed'] } } },
];

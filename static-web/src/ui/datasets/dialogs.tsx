import { modals } from '@mantine/modals';
import type { QueryClient } from '@tanstack/react-query';
import { ExportForm } from './export-form';
import { ImportForm } from './import-form';

/** What annotations are exported from or imported into. */
export interface DatasetSubject {
  readonly kind: 'tasks' | 'jobs';
  readonly id: number;
  /** "Task #12". */
  readonly name: string;
  readonly dimension: string;
  readonly queries: QueryClient;
}

export function openExportDialog(subject: DatasetSubject): void {
  modals.open({
    modalId: 'export',
    title: `Export ${subject.name}`,
    centered: true,
    closeButtonProps: { 'aria-label': 'Close' },
    children: <ExportForm subject={subject} onDone={() => modals.close('export')} />,
  });
}

export function openImportDialog(subject: DatasetSubject): void {
  modals.open({
    modalId: 'import',
    title: `Upload annotations to ${subject.name}`,
    centered: true,
    closeButtonProps: { 'aria-label': 'Close' },
    children: <ImportForm subject={subject} onDone={() => modals.close('import')} />,
  });
}

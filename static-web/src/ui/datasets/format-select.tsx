import { Loader, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { fetchFormats } from '@/api/datasets';
import { errorMessage } from '@/api/errors';
import { keys } from '@/api/keys';

interface FormatSelectProps {
  readonly direction: 'importers' | 'exporters';
  readonly dimension: string;
  readonly value: string | null;
  readonly onChange: (format: string | null, extensions: readonly string[]) => void;
}

/** The formats that fit the data's dimension; the product's own first. */
export function FormatSelect({ direction, dimension, value, onChange }: FormatSelectProps) {
  const formats = useQuery({ queryKey: keys.formats, queryFn: fetchFormats, staleTime: 600_000 });
  const fitting = (formats.data?.[direction] ?? [])
    .filter((format) => format.enabled && format.dimension === dimension)
    .sort((a, b) => rank(a.name) - rank(b.name) || a.name.localeCompare(b.name));
  return (
    <Select
      label="Format"
      required
      searchable
      data={fitting.map((format) =>
        direction === 'importers'
          ? { value: format.name, label: `${format.name} (${format.ext})` }
          : format.name,
      )}
      value={value}
      onChange={(name) =>
        onChange(name, extensionsOf(fitting.find((format) => format.name === name)?.ext ?? ''))
      }
      rightSection={formats.isPending ? <Loader size={16} /> : undefined}
      error={formats.isError ? errorMessage(formats.error) : null}
      nothingFoundMessage="No such format"
      comboboxProps={{ withinPortal: true }}
    />
  );
}

const rank = (name: string) => (name.startsWith('CVAT') ? 0 : 1);
const extensionsOf = (text: string) =>
  text
    .split(',')
    .map((part) => `.${part.trim().toLowerCase()}`)
    .filter((part) => part !== '.');

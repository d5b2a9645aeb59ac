import { ActionIcon, Button, Group, Menu, TextInput } from '@mantine/core';
import {
  IconArrowDown,
  IconArrowsSort,
  IconArrowUp,
  IconCheck,
  IconFilter,
  IconSearch,
} from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import { activeQuickFilters, formatQuickFilters, type QuickFilter } from '@/lib/quick-filters';
import type { ListController } from './use-list-state';

export interface SortField {
  readonly field: string;
  readonly label: string;
}

interface ListToolbarProps {
  readonly list: ListController;
  readonly searchLabel: string;
  readonly sortFields: readonly SortField[];
  readonly quickFilters: readonly QuickFilter[];
  readonly children?: ReactNode;
}

export function ListToolbar({ list, searchLabel, sortFields, quickFilters, children }: ListToolbarProps) {
  return (
    <Group justify="space-between" gap="sm">
      <SearchField list={list} label={searchLabel} />
      <Group gap="xs">
        <SortMenu list={list} fields={sortFields} />
        <QuickFilterMenu list={list} filters={quickFilters} />
        <Button
          variant="subtle"
          size="sm"
          disabled={list.state.filter === ''}
          onClick={() => list.change({ filter: '' })}
        >
          Clear filters
        </Button>
        {children}
      </Group>
    </Group>
  );
}

/** The search runs on Enter or the button. */
function SearchField({ list, label }: { list: ListController; label: string }) {
  const applied = list.state.search;
  const [text, setText] = useState(applied);
  useEffect(() => setText(applied), [applied]);
  return (
    <search>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() !== applied) list.change({ search: text.trim() });
        }}
      >
        <TextInput
          type="search"
          aria-label={label}
          placeholder="Search …"
          w={{ base: '100%', xs: 300 }}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          rightSection={
            <ActionIcon type="submit" variant="subtle" aria-label="Start the search">
              <IconSearch size={18} aria-hidden />
            </ActionIcon>
          }
        />
      </form>
    </search>
  );
}

function SortMenu({ list, fields }: { list: ListController; fields: readonly SortField[] }) {
  const [first = ''] = list.state.sort.split(',');
  const current = first.replace(/^-/, '');
  const descending = first.startsWith('-');
  const choose = (field: string) =>
    list.change({ sort: field === current && descending ? field : `-${field}` });
  return (
    <Menu position="bottom-end" closeOnItemClick={false}>
      <Menu.Target>
        <Button variant="default" leftSection={<IconArrowsSort size={16} aria-hidden />}>
          Sort by
        </Button>
      </Menu.Target>
      <Menu.Dropdown data-testid="cvat-resource-page-sorting-list">
        {fields.map(({ field, label }) => {
          const active = field === current;
          const Arrow = descending ? IconArrowDown : IconArrowUp;
          const hint = descending ? 'descending' : 'ascending';
          return (
            <Menu.Item
              key={field}
              onClick={() => choose(field)}
              aria-label={active ? `${label}, ${hint}` : label}
              rightSection={active ? <Arrow size={16} aria-hidden /> : null}
              fw={active ? 600 : 400}
            >
              {label}
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}

function QuickFilterMenu({ list, filters }: { list: ListController; filters: readonly QuickFilter[] }) {
  const active = activeQuickFilters(list.state.filter, filters) ?? [];
  const toggle = (key: string) => {
    const next = active.includes(key) ? active.filter((other) => other !== key) : [...active, key];
    list.change({ filter: formatQuickFilters(next, filters) });
  };
  return (
    <Menu position="bottom-end" closeOnItemClick={false}>
      <Menu.Target>
        <Button
          variant={list.state.filter === '' ? 'default' : 'light'}
          leftSection={<IconFilter size={16} aria-hidden />}
        >
          Quick filters
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {filters.map(({ key, label }) => (
          <Menu.Item
            key={key}
            role="menuitemcheckbox"
            aria-checked={active.includes(key)}
            onClick={() => toggle(key)}
            leftSection={
              <IconCheck
                size={16}
                aria-hidden
                style={{ visibility: active.includes(key) ? 'visible' : 'hidden' }}
              />
            }
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

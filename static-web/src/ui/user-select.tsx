import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { keys } from '@/api/keys';
import type { BasicUser } from '@/api/types';
import { searchUsers } from '@/api/users';

interface UserSelectProps {
  readonly label: string;
  readonly hideLabel?: boolean;
  readonly value: BasicUser | null;
  readonly onChange: (user: BasicUser | null) => void;
  readonly disabled?: boolean;
  readonly size?: 'xs' | 'sm';
}

/** Type-ahead over user names; the clear button means nobody. */
export function UserSelect({
  label,
  hideLabel = false,
  value,
  onChange,
  disabled = false,
  size = 'sm',
}: UserSelectProps) {
  const [opened, setOpened] = useState(false);
  const [search, setSearch] = useState('');
  const [wanted] = useDebouncedValue(search === value?.username ? '' : search, 300);
  const users = useQuery({
    queryKey: keys.users(wanted),
    queryFn: () => searchUsers(wanted),
    enabled: opened,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
  const known = new Map((users.data ?? []).map((user) => [String(user.id), user]));
  if (value) known.set(String(value.id), value);
  return (
    <Select
      {...(hideLabel ? { 'aria-label': label } : { label })}
      placeholder="Nobody"
      size={size}
      searchable
      clearable={value !== null}
      clearButtonProps={{ 'aria-label': `${label}: nobody` }}
      disabled={disabled}
      data={[...known.values()].map((user) => ({ value: String(user.id), label: user.username }))}
      value={value ? String(value.id) : null}
      onChange={(id) => onChange(id === null ? null : (known.get(id) ?? null))}
      onSearchChange={setSearch}
      onDropdownOpen={() => setOpened(true)}
      nothingFoundMessage={users.isFetching ? 'Searching…' : 'No such user'}
      data-testid="cvat-user-search-field"
    />
  );
}

import { Avatar, Menu, Text, UnstyledButton } from '@mantine/core';
import { IconLogout } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { fetchAbout } from '@/api/about';
import { logout } from '@/api/auth';
import { keys } from '@/api/keys';
import type { MetaUser } from '@/api/types';
import { notifyError } from '@/ui/notify';

export function UserMenu({ user }: { user: MetaUser }) {
  const queries = useQueryClient();
  const about = useQuery({ queryKey: keys.about, queryFn: fetchAbout, staleTime: Number.POSITIVE_INFINITY });
  const signOut = useMutation({
    mutationFn: logout,
    onSuccess: () => {
      // First the shell learns that nobody is signed in; then nothing of this account stays in memory.
      queries.setQueryData(keys.self, null);
      queries.removeQueries({ predicate: (query) => query.queryKey[0] !== keys.self[0] });
    },
    onError: (error) => notifyError('You could not be signed out', error),
  });
  const fullName = `${user.first_name ?? ''} ${user.last_name ?? ''}`.trim();
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <UnstyledButton
          aria-label={`Account of ${user.username}`}
          p={4}
          style={{ display: 'flex', alignItems: 'center', gap: 8 }}
        >
          <Avatar size={30} radius="xl" color="indigo" variant="filled" alt="">
            {user.username.slice(0, 2).toUpperCase()}
          </Avatar>
          <Text size="sm" fw={500} maw={140} truncate visibleFrom="sm">
            {user.username}
          </Text>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm" fw={600} c="var(--mantine-color-text)">
            {fullName || user.username}
          </Text>
          {user.email}
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => signOut.mutate()}>
          Sign out
        </Menu.Item>
        {about.data && (
          <Menu.Label>
            {about.data.name} · API {about.data.version}
          </Menu.Label>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

import { AppShell, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Suspense } from 'react';
import { Link, Navigate, NavLink, Outlet, useLocation, useNavigation } from 'react-router';
import { fetchSelf } from '@/api/auth';
import { keys } from '@/api/keys';
import { ErrorState, LoadingState } from '@/ui/states';
import { ColorSchemeMenu } from './color-scheme-menu';
import { Logo } from './logo';
import { UserMenu } from './user-menu';

const PAGES = [
  { to: '/tasks', label: 'Tasks' },
  { to: '/jobs', label: 'Jobs' },
  { to: '/requests', label: 'Requests' },
] as const;

const HEADER_PX = 56;

/** The frame of every page after sign-in. Who is not signed in goes to the login page and comes back. */
export function Shell() {
  const location = useLocation();
  const navigation = useNavigation();
  const self = useQuery({ queryKey: keys.self, queryFn: fetchSelf, staleTime: 60_000 });
  if (self.data === null) {
    const next = location.pathname + location.search;
    return <Navigate to={`/auth/login?next=${encodeURIComponent(next)}`} replace />;
  }
  return (
    <AppShell header={{ height: HEADER_PX }}>
      <a className="app-skip" href="#main">
        Skip to the content
      </a>
      <AppShell.Header style={{ background: 'var(--app-surface)', borderColor: 'var(--app-border)' }}>
        <Group h="100%" px="md" gap="md" wrap="nowrap" justify="space-between">
          <Group gap="md" wrap="nowrap">
            <Link
              to="/tasks"
              style={{
                display: 'flex',
                alignItems: 'center',
                gap: 10,
                color: 'inherit',
                textDecoration: 'none',
              }}
            >
              <Logo size={28} />
              <Text fw={700} visibleFrom="sm" component="span">
                CvatServerless
              </Text>
            </Link>
            <nav aria-label="Main">
              <Group gap={4} wrap="nowrap">
                {PAGES.map((page) => (
                  <NavLink key={page.to} to={page.to} className="app-nav-link">
                    {page.label}
                  </NavLink>
                ))}
              </Group>
            </nav>
          </Group>
          <Group gap={4} wrap="nowrap">
            <ColorSchemeMenu />
            {self.data && <UserMenu user={self.data} />}
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Main
        id="main"
        tabIndex={-1}
        style={{ outline: 'none' }}
        aria-busy={navigation.state === 'loading'}
      >
        {self.isPending && <LoadingState label="Connecting" />}
        {self.isError && <ErrorState error={self.error} onRetry={() => void self.refetch()} />}
        {self.data && (
          <Suspense fallback={<LoadingState />}>
            <Outlet />
          </Suspense>
        )}
      </AppShell.Main>
    </AppShell>
  );
}

import { Alert, Button, Center, Loader, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconPhotoOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { errorMessage, isStatus } from '@/api/errors';

export function LoadingState({ label = 'Loading' }: { label?: string }) {
  return (
    <Center mih={240} role="status" aria-label={label}>
      <Loader type="dots" />
    </Center>
  );
}

interface EmptyStateProps {
  readonly title: string;
  readonly text: ReactNode;
  readonly action?: ReactNode;
  readonly icon?: ReactNode;
  /** 1 where it stands for the whole page. */
  readonly order?: 1 | 2;
}

export function EmptyState({ title, text, action, icon, order = 2 }: EmptyStateProps) {
  return (
    <Center mih={280} className="app-card" p="xl">
      <Stack align="center" gap="xs" maw={440} ta="center">
        <Text c="dimmed" component="span" lh={0}>
          {icon ?? <IconPhotoOff size={44} stroke={1.4} aria-hidden />}
        </Text>
        <Title order={order} size="h4">
          {title}
        </Title>
        <Text c="dimmed">{text}</Text>
        {action}
      </Stack>
    </Center>
  );
}

export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  return (
    <Alert
      color="red"
      variant="light"
      icon={<IconAlertTriangle aria-hidden />}
      title="This could not be loaded"
      role="alert"
    >
      <Stack gap="sm" align="flex-start">
        <Text size="sm" style={{ whiteSpace: 'pre-wrap' }}>
          {errorMessage(error)}
        </Text>
        {onRetry && (
          <Button size="xs" variant="default" onClick={onRetry}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

/** A resource page that cannot be shown: missing and forbidden look alike, as the API tells them. */
export function ResourceError({
  error,
  what,
  back,
  onRetry,
}: {
  error: unknown;
  what: string;
  back: string;
  onRetry: () => void;
}) {
  if (!isStatus(error, 403, 404)) return <ErrorState error={error} onRetry={onRetry} />;
  return (
    <EmptyState
      order={1}
      title={`${what} not found`}
      text="It does not exist, or you have no access to it."
      action={
        <Button component={Link} to={back} variant="light" mt="sm">
          Back to the list
        </Button>
      }
    />
  );
}

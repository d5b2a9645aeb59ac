import { Container } from '@mantine/core';
import { useRouteError } from 'react-router';
import { ErrorState } from '@/ui/states';

/** The last net: a page that broke, or a part of the application that could not be fetched (a new version was installed). */
export function CrashPage() {
  return (
    <Container size="sm" py="xl" component="main">
      <ErrorState error={useRouteError()} onRetry={() => window.location.reload()} />
    </Container>
  );
}

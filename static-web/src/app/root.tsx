import { ModalsProvider } from '@mantine/modals';
import { Notifications } from '@mantine/notifications';
import { Outlet } from 'react-router';

/** Dialogs and notifications stand inside the router, because they hold links. */
export function Root() {
  return (
    <ModalsProvider>
      <Notifications position="top-right" limit={5} />
      <Outlet />
    </ModalsProvider>
  );
}

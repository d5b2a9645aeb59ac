import { ModalsProvider } from '@mantine/modals';
import { Notifications } from '@mantine/notifications';
import { Outlet } from 'react-router';

/** Notifications leave the header free. */
const HEADER_PX = 56;

/** Dialogs and notifications stand inside the router, because they hold links. */
export function Root() {
  return (
    <ModalsProvider>
      <Notifications position="top-right" limit={5} styles={{ root: { marginTop: HEADER_PX } }} />
      <Outlet />
    </ModalsProvider>
  );
}

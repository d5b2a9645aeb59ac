import { createBrowserRouter, Navigate } from 'react-router';
import { LoadingState } from '@/ui/states';
import { AccountLayout } from './account-layout';
import { CrashPage } from './crash-page';
import { Root } from './root';
import { Shell } from './shell';

export const router = createBrowserRouter([
  {
    element: <Root />,
    errorElement: <CrashPage />,
    HydrateFallback: LoadingState,
    children: [
      {
        element: <AccountLayout />,
        children: [
          {
            path: '/auth/login',
            lazy: async () => ({ Component: (await import('@/features/auth/login-page')).LoginPage }),
          },
          {
            path: '/auth/register',
            lazy: async () => ({ Component: (await import('@/features/auth/register-page')).RegisterPage }),
          },
        ],
      },
      {
        element: <Shell />,
        children: [
          {
            path: '/tasks',
            lazy: async () => ({ Component: (await import('@/features/tasks/tasks-page')).TasksPage }),
          },
          {
            path: '/tasks/create',
            lazy: async () => ({
              Component: (await import('@/features/tasks/create-task-page')).CreateTaskPage,
            }),
          },
          {
            path: '/tasks/:taskId',
            lazy: async () => ({ Component: (await import('@/features/tasks/task-page')).TaskPage }),
          },
          {
            path: '/jobs',
            lazy: async () => ({ Component: (await import('@/features/jobs/jobs-page')).JobsPage }),
          },
          {
            path: '/tasks/:taskId/jobs/:jobId',
            lazy: async () => ({ Component: (await import('@/features/annotate/job-page')).JobPage }),
          },
          {
            path: '/requests',
            lazy: async () => ({
              Component: (await import('@/features/requests/requests-page')).RequestsPage,
            }),
          },
          { path: '*', element: <Navigate to="/tasks" replace /> },
        ],
      },
    ],
  },
]);

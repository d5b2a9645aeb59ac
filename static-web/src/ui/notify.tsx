import { notifications } from '@mantine/notifications';
import type { ReactNode } from 'react';
import { errorMessage } from '@/api/errors';

const SHORT_MS = 5000;

export function notifySuccess(message: ReactNode): void {
  notifications.show({ color: 'teal', message, autoClose: SHORT_MS });
}

/** Errors stay until they are closed. */
export function notifyError(title: string, error: unknown): void {
  notifications.show({ color: 'red', title, message: errorMessage(error), autoClose: false });
}

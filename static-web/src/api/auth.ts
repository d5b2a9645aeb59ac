import { api, body } from './client';
import { ApiError, isStatus } from './errors';
import type { MetaUser } from './types';

/** The signed-in user, or null. */
export async function fetchSelf(): Promise<MetaUser | null> {
  try {
    return (await body(api.GET('/api/users/self'))) as MetaUser;
  } catch (error) {
    if (isStatus(error, 401)) return null;
    throw error;
  }
}

export async function login(name: string, password: string): Promise<void> {
  const who = name.includes('@') ? { email: name } : { username: name };
  await api.POST('/api/auth/login', { body: { ...who, password } });
}

export async function logout(): Promise<void> {
  await api.POST('/api/auth/logout');
}

export interface Registration {
  readonly username: string;
  readonly email: string;
  readonly first_name: string;
  readonly last_name: string;
  readonly password1: string;
  readonly password2: string;
}

export async function register(registration: Registration): Promise<void> {
  await api.POST('/api/auth/register', { body: registration });
}

/** Registration may be closed; an empty form is refused by field only where it is open. */
export async function isRegistrationOpen(): Promise<boolean> {
  try {
    await api.POST('/api/auth/register', { body: {} as Registration });
    return true;
  } catch (error) {
    return error instanceof ApiError && error.status === 400 && 'username' in error.fields;
  }
}

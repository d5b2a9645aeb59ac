import createClient, { type Middleware } from 'openapi-fetch';
import { ApiError, parseApiError } from './errors';
import type { paths } from './schema.gen';

/** The value of the CSRF cookie, which unsafe requests of a session repeat as a header; undefined before sign-in. */
export function csrfToken(): string | undefined {
  const match = /(?:^|;\s*)csrftoken=([^;]*)/.exec(document.cookie);
  return match?.[1] ? decodeURIComponent(match[1]) : undefined;
}

export function csrfHeaders(): Record<string, string> {
  const token = csrfToken();
  return token === undefined ? {} : { 'X-CSRFToken': token };
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

const session: Middleware = {
  onRequest({ request }) {
    request.headers.set('Accept', 'application/vnd.cvat+json');
    const token = csrfToken();
    if (token !== undefined && !SAFE_METHODS.has(request.method)) request.headers.set('X-CSRFToken', token);
    return request;
  },
  async onResponse({ response }) {
    if (response.ok) return;
    throw parseApiError(response.status, await response.text());
  },
  onError() {
    return new ApiError(0, 'The server cannot be reached.');
  },
};

/** Every operation of the contract, typed by its path; refused requests are thrown as ApiError. */
export const api = createClient<paths>({ baseUrl: '' });
api.use(session);

/** The body of an answer that has one; errors were thrown before. */
export async function body<T>(call: Promise<{ data?: T }>): Promise<T> {
  const { data } = await call;
  if (data === undefined) throw new ApiError(0, 'The server sent an empty answer.');
  return data;
}

/** A request outside of the typed client: uploads and downloads. */
export async function send(url: string, init: RequestInit = {}): Promise<Response> {
  const headers = {
    Accept: 'application/vnd.cvat+json',
    ...csrfHeaders(),
    ...(init.headers as Record<string, string>),
  };
  const response = await fetch(url, { ...init, headers }).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, 'The server cannot be reached.');
  });
  if (!response.ok) throw parseApiError(response.status, await response.text());
  return response;
}

/** Absolute addresses of the API as addresses on this origin: the session's cookies go nowhere else. */
export function sameOrigin(url: string): string {
  const { pathname, search } = new URL(url, window.location.href);
  return pathname + search;
}

/** A request that the server refused, or that never reached it (status 0). */
export class ApiError extends Error {
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** Messages by field, nested names joined by dots (`labels.1.name`). */
  readonly fields: Readonly<Record<string, string>>;

  constructor(status: number, message: string, fields: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.fields = fields;
  }
}

/**
 * Understands every shape in which the API tells errors: `{"detail": …}`, `{"field": ["…"]}` (nested too), `["…"]`, `"…"`, plain text.
 * HTML pages of proxies are not shown.
 */
export function parseApiError(status: number, body: string): ApiError {
  const fallback = FALLBACKS[status] ?? `The server answered ${status}.`;
  if (body.trim() === '' || body.trimStart().startsWith('<')) return new ApiError(status, fallback);
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return new ApiError(status, shorten(body));
  }
  const general: string[] = [];
  const fields: Record<string, string> = {};
  collect(value, '', general, fields);
  const message = general[0] ?? Object.values(fields)[0] ?? fallback;
  return new ApiError(status, shorten(message), fields);
}

const FALLBACKS: Readonly<Record<number, string>> = {
  0: 'The server cannot be reached.',
  401: 'You are signed out.',
  403: 'You may not do this. Ask the owner or a maintainer.',
  404: 'This does not exist, or you have no access to it.',
  409: 'This is being worked on already.',
  413: 'This is too large for the server.',
  429: 'Too many requests. Wait a moment and try again.',
  500: 'The server failed. Try again, and report it when it stays.',
};

const GENERAL_KEYS = new Set(['detail', 'non_field_errors']);

function collect(value: unknown, path: string, general: string[], fields: Record<string, string>): void {
  if (typeof value === 'string') {
    if (path === '') general.push(value);
    else fields[path] = fields[path] ? `${fields[path]} ${value}` : value;
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries())
      collect(item, typeof item === 'string' ? path : join(path, String(index)), general, fields);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value))
      collect(item, GENERAL_KEYS.has(key) ? path : join(path, key), general, fields);
  }
}

const join = (path: string, key: string) => (path === '' ? key : `${path}.${key}`);
const shorten = (text: string) => (text.length > 2000 ? `${text.slice(0, 2000)}…` : text);

/** The sentence to show for anything that was thrown. */
export const errorMessage = (error: unknown): string =>
  error instanceof Error ? error.message : 'Something went wrong.';

export const isStatus = (error: unknown, ...statuses: number[]): boolean =>
  error instanceof ApiError && statuses.includes(error.status);

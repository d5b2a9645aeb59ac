/** Where to go after sign-in: an address of this application, whatever the link says. */
export function nextAddress(params: URLSearchParams): string {
  const next = params.get('next') ?? '';
  return /^\/(?![/\\])/.test(next) && !next.startsWith('/auth/') ? next : '/tasks';
}

import { api, body } from './client';
import type { BasicUser, Page } from './types';

/** The first users whose names contain the text. */
export async function searchUsers(search: string): Promise<readonly BasicUser[]> {
  const query = { search, page: 1, page_size: 10, is_active: true };
  const page = (await body(api.GET('/api/users', { params: { query } }))) as Page<BasicUser>;
  return page.results;
}

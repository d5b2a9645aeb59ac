import { api, body } from './client';

export interface About {
  readonly name: string;
  readonly description: string;
  readonly version: string;
}

export const fetchAbout = (): Promise<About> => body(api.GET('/api/server/about')) as Promise<About>;

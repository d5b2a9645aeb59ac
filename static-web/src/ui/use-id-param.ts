import { useParams } from 'react-router';

/** A numeric id from the address; 0 when it is none, which no resource has. */
export function useIdParam(name: string): number {
  const text = useParams()[name] ?? '';
  return /^\d+$/.test(text) ? Number(text) : 0;
}

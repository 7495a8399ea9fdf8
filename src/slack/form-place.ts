import { z } from 'zod';

/** Where a form was asked for. It travels with the form, because what comes back of a form names no channel. */
export type FormPlace = { readonly channel: string; readonly threadTs: string | null };

export function privateMetadata(place: FormPlace): string {
  return JSON.stringify(place);
}

export function parseFormPlace(text: string): FormPlace | null {
  try {
    return formPlace.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

const formPlace = z.object({ channel: z.string().min(1), threadTs: z.string().nullable() });

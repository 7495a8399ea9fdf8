import { z } from 'zod';
import { type ApprovalId, approvalId } from '../domain/index.ts';

/** Where a form was asked for. It travels with the form, because what comes back of a form names no channel. */
export type FormPlace = { readonly channel: string; readonly threadTs: string | null };

/** @param about what a reason is for; left out: the form asks for none */
export function privateMetadata(place: FormPlace, about?: ApprovalId): string {
  return JSON.stringify({ ...place, about });
}

export function parseFormPlace(text: string): FormPlace | null {
  return parsedBy(formPlace, text);
}

export function parseFormSubject(text: string): ApprovalId | null {
  return parsedBy(formSubject, text)?.about ?? null;
}

function parsedBy<T>(schema: z.ZodType<T>, text: string): T | null {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

const formPlace = z.object({ channel: z.string().min(1), threadTs: z.string().nullable() });
const formSubject = z.object({ about: z.string().min(1).transform(approvalId) });

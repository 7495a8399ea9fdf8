import { err, ok, type Result, type StyledScreen } from '../../src/domain/index.ts';

/** Where nothing can be drawn. */
export const NO_PICTURES = {
  draw: async (_screen: StyledScreen): Promise<Result<Uint8Array<ArrayBuffer>, { readonly why: string }>> =>
    err({ why: 'the drawing library does not run on this machine' }),
};

/** Where a picture is the text of its screen, so that a test can read it. */
export const READABLE_PICTURES: typeof NO_PICTURES = {
  draw: async ({ ansi }) => ok(new TextEncoder().encode(ansi)),
};

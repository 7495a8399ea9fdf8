/** Why the program does not start, for whoever started it. */
export type Fault = { readonly sentence: string };

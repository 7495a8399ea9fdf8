export type PullRequest = { readonly url: string; readonly number: number; readonly title: string };

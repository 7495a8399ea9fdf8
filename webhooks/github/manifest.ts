import { HANDLED_EVENTS, OTHER_PERMISSIONS } from './events.ts';
import { GITHUB_WEBHOOK_PATH } from './receive.ts';

/**
 * The manifest from which GitHub makes the app: what it may do and what it is told of, taken from the code that handles it.
 * Source: docs.github.com, "Registering a GitHub App from a manifest".
 */
export function githubAppManifest(publicUrl: string): Readonly<Record<string, unknown>> {
  const events = Object.entries(HANDLED_EVENTS);
  return {
    name: 'Fleet Director',
    description: 'Gives labelled issues to a fleet of coding agents and tells the issue how it goes.',
    url: publicUrl,
    hook_attributes: { url: `${publicUrl}${GITHUB_WEBHOOK_PATH}`, active: true },
    public: false,
    default_permissions: {
      ...OTHER_PERMISSIONS,
      ...Object.fromEntries(events.map(([, { permission }]) => [permission.name, permission.level])),
    },
    default_events: events.map(([event]) => event),
  };
}

import { BOT_EVENTS, BOT_SCOPES, DEFAULT_COMMAND, SLACK_PATH } from './registration.ts';

/** Socket: Slack is reached from inside. http: Slack calls `publicUrl`. */
export type ManifestWay = { readonly kind: 'socket' } | { readonly kind: 'http'; readonly publicUrl: string };

/** The app as Slack's "create from manifest" takes it. Source: docs.slack.dev/reference/app-manifest. */
export function slackManifest(way: ManifestWay, command: string = DEFAULT_COMMAND) {
  const requestUrl = way.kind === 'http' ? { request_url: new URL(SLACK_PATH, way.publicUrl).href } : {};
  const commandUrl = way.kind === 'http' ? { url: requestUrl.request_url } : {};
  return {
    display_information: {
      name: 'Fleet Director',
      description: 'Hands work to a fleet of coding agents and asks before anything risky.',
      background_color: '#1f2d3d',
    },
    features: {
      app_home: {
        home_tab_enabled: true,
        messages_tab_enabled: false,
        messages_tab_read_only_enabled: false,
      },
      bot_user: { display_name: 'Fleet Director', always_online: true },
      slash_commands: [
        {
          command,
          ...commandUrl,
          description: 'Queue, watch and steer tasks of the fleet',
          usage_hint: 'add Fix the login test --repo owner/name | status | help',
          should_escape: false,
        },
      ],
    },
    oauth_config: { scopes: { bot: BOT_SCOPES.map((scope) => scope.name) } },
    settings: {
      event_subscriptions: { ...requestUrl, bot_events: BOT_EVENTS.flatMap((event) => event.manifestNames) },
      interactivity: { is_enabled: true, ...requestUrl },
      org_deploy_enabled: false,
      socket_mode_enabled: way.kind === 'socket',
      token_rotation_enabled: false,
    },
  };
}

import type { Config } from './config.ts';
import type { Host, Project, ProjectId, ProjectRules, RepoName } from './domain/index.ts';

/** What the program found at its start, a line each: what is in use, and in brackets what would change it. */
export const startLines = {
  database: ({ databaseUrl, dataDir }: Config): string =>
    line(
      'database',
      databaseUrl === null
        ? `embedded Postgres in ${dataDir} (one process; DATABASE_URL to share it)`
        : 'Postgres at DATABASE_URL',
    ),

  github({ github }: Config, demoRepo: RepoName | null): string {
    if (demoRepo !== null) {
      return line('GitHub', `emulated, ${demoRepo} (GITHUB_APP_ID or GITHUB_TOKEN for the real one)`);
    }
    if (github === null) return line('GitHub', 'not set up (GITHUB_APP_ID or GITHUB_TOKEN)');
    const how = github.auth.kind === 'app' ? `App ${github.auth.appId}` : 'token';
    const hooks = github.webhookSecrets.length === 0 ? ', no webhooks (GITHUB_WEBHOOK_SECRET)' : '';
    return line('GitHub', `${github.apiUrl ?? 'github.com'} by ${how}${hooks}`);
  },

  hosts: (hosts: readonly Host[]): string =>
    line(
      'hosts',
      hosts.length === 0
        ? 'none yet: /fleet hosts add dev1 --ssh user@dev1'
        : hosts
            .map(({ name, transport }) => (transport.kind === 'local' ? `${name} (this machine)` : name))
            .join(', '),
    ),

  /** Who finds hosts, and what one of them lacks. @param azlinHint how azlin is to be found; null: it is there */
  providers({ file }: Config, azlinHint: string | null): readonly string[] {
    const { azlin, 'ssh-config': sshConfig, refresh_minutes: minutes } = file.providers;
    const finders = [
      ...(sshConfig === undefined ? [] : ['ssh config']),
      ...(azlin === undefined ? [] : ['azlin']),
    ];
    if (finders.length === 0) return [];
    return [
      line('', `${finders.join(' and ')} asked for hosts every ${minutes} min`),
      ...(azlin === undefined || azlinHint === null ? [] : [line('', azlinHint)]),
    ];
  },

  /** Caps that nothing may ever reach, because what counts towards them is tokens without a price. */
  unpricedCaps(
    { model }: Config,
    projects: readonly Project[],
    rulesOf: (project: ProjectId) => ProjectRules,
  ): readonly string[] {
    return projects.flatMap(({ id, repo, agent }) => {
      const { budget, prices, model: asked } = rulesOf(id);
      const hasCap = budget.taskUsd !== null || budget.dayUsd !== null || budget.monthUsd !== null;
      const name = asked.name ?? model?.name;
      return [
        ...(hasCap && !prices.has(agent)
          ? [
              line(
                'budget',
                `${repo} has a cap, and ${agent} no \`prices\`: tokens it reports without a cost count nothing`,
              ),
            ]
          : []),
        ...(budget.directorDayUsd !== null && model !== null && name !== undefined && !model.prices.has(name)
          ? [
              line(
                'budget',
                `director_day_usd of ${repo} counts nothing: ${name} has no prices ([models."${name}"])`,
              ),
            ]
          : []),
      ];
    });
  },

  /** @param here the kinds whose program is on this machine */
  agents: (kinds: readonly string[], here: readonly string[]): string =>
    line('agents', kinds.map((kind) => (here.includes(kind) ? `${kind} (here)` : kind)).join(', ')),

  slack({ slack, localWorkspace }: Config): string {
    if (slack === null) {
      return line(
        'Slack',
        localWorkspace === 'off'
          ? 'none: set SLACK_BOT_TOKEN (the local workspace opens on 127.0.0.1 only)'
          : 'local workspace (SLACK_BOT_TOKEN for the real one)',
      );
    }
    return line('Slack', slack.way.kind === 'socket' ? 'Socket Mode' : 'HTTP at /slack/events');
  },

  model({ model }: Config): string {
    if (model === null) {
      return line(
        'model',
        'none is asked: rules answer, people decide the rest (ANTHROPIC_API_KEY or OPENAI_API_KEY)',
      );
    }
    if (model.protocol === 'scripted') return line('model', 'none: FLEET_MODEL_SCRIPT answers in its place');
    const where = model.baseUrl === null ? '' : ` at ${new URL(model.baseUrl).host}`;
    return line('model', `${model.name}${where} decides where rules do not, within what the gate allows`);
  },
};

const line = (about: string, found: string): string => `  ${about.padEnd(9)} ${found}`;

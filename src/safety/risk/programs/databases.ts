import { type Feed, isUnknown, type ProgramRules, readOptions, shown } from '../call.ts';
import { pattern } from '../pattern.ts';
import { always, group } from '../rules.ts';
import { judgeSql } from '../sql.ts';
import { approve, type Finding, undecided, worse, worst } from '../verdict.ts';

/** @param commands options whose value is statements */
const sqlClient =
  (
    withValue: readonly string[],
    commands: readonly string[],
    files: readonly string[],
    operandsAreSql: boolean,
  ): ProgramRules =>
  ({ program, args, feed, inner }) => {
    const how = `${program} ${shown(args)}`;
    const texts: string[] = [];
    for (let at = 0; at < args.length; at++) {
      const word = args[at] ?? '';
      const long = /^--([\w-]+)=(.*)$/s.exec(word);
      if (long !== null && commands.includes(long[1] ?? '')) texts.push(long[2] ?? '');
      else if (
        /^--[\w-]+$/.test(word) &&
        commands.some((name) => name.length > 1 && name.startsWith(word.slice(2)))
      )
        texts.push(args[++at] ?? '');
      else if (/^-\w/.test(word) && !word.startsWith('--')) {
        const letter = word
          .slice(1)
          .split('')
          .findIndex((each) => commands.includes(each));
        if (letter !== -1) texts.push(word.slice(letter + 2) || (args[++at] ?? ''));
      }
    }
    const options = readOptions(args, withValue);
    if (operandsAreSql) texts.push(...options.operands.slice(1));
    const file = options.value(...files);
    if (file !== null && files.length > 0) return undecided(`${how} runs statements from a file`);
    return worse(
      worst(texts, (text) => {
        if (isUnknown(text))
          return judgeSql(text, program) ?? undecided(`${how} runs statements not known before`);
        const shell = /^\s*(?:\\!|\.(?:shell|system)|system)\s+(.*)$/s.exec(text)?.[1];
        return shell === undefined ? judgeSql(text, program) : (inner.script(shell) ?? null);
      }),
      texts.length === 0 || feed.kind === 'text' ? fed(feed, how, (text) => judgeSql(text, program)) : null,
    );
  };

/** Statements that come in by a pipe, a here-document or a file. */
function fed(feed: Feed, how: string, judge: (text: string) => Finding | null): Finding | null {
  switch (feed.kind) {
    case 'nothing':
      return null;
    case 'text':
      return (
        judge(feed.text) ??
        (isUnknown(feed.text) ? undecided(`${how} reads statements not known before`) : null)
      );
    case 'output':
      return undecided(`${how} runs what ${feed.programs.at(-1) ?? 'a program'} prints`);
    case 'file':
      return approve('database', `${how} runs statements from ${feed.path}`);
  }
}

const MONGO_RISKS = pattern(
  String.raw`
      \b(?:drop\w*|deleteMany|deleteOne|remove|bulkWrite|updateMany|updateOne|update|insert\w*|
      replaceOne|findOneAnd\w*|renameCollection|createUser|grantRoles\w*|shutdownServer|fsyncLock|eval|
      load|run|runCommand|adminCommand|save|\$out|\$merge|repairDatabase|reset\w*|killOp|
      compact)\b\s*[({:"']
    `,
  'i',
);

const mongo: ProgramRules = ({ program, args, feed }) => {
  const how = `${program} ${shown(args)}`;
  const options = readOptions(args, [
    'eval',
    'host',
    'port',
    'u',
    'username',
    'p',
    'password',
    'f',
    'file',
    'authenticationDatabase',
  ]);
  const judge = (text: string) =>
    MONGO_RISKS.test(text)
      ? approve('database', `${how} changes or deletes data`)
      : isUnknown(text)
        ? undecided(`${how} runs code not known before`)
        : null;
  const code = options.value('eval');
  return (
    (code === null ? null : judge(code)) ??
    (options.operands.some((word) => word.endsWith('.js'))
      ? undecided(`${how} runs code from a file`)
      : null) ??
    fed(feed, how, judge)
  );
};

const REDIS_READS = pattern(`
      ^(?:get|mget|keys|scan|info|ping|ttl|pttl|type|exists|hget|hgetall|hkeys|hlen|hmget|lrange|llen|
      smembers|scard|sismember|zrange|zcard|zscore|dbsize|strlen|monitor|time|echo|memory|object|
      slowlog|latency|cluster|client|command|xrange|xlen|xinfo|select|auth|hello|config|subscribe|
      psubscribe|pubsub|hscan|sscan|zscan|zrevrange|getrange|randomkey|set|setex|incr|decr|hset|lpush|
      rpush|sadd|zadd|expire|publish|xadd)$
    `);

const redis: ProgramRules = ({ program, args, feed }) => {
  const how = `${program} ${shown(args)}`;
  const judge = (words: readonly string[]): Finding | null => {
    const [verb = '', second = ''] = words.map((word) => word.toLowerCase());
    if (verb === '') return null;
    if (
      /^(?:config|client|cluster|memory|acl)$/.test(verb) &&
      !/^(?:get|list|info|nodes|usage|stats|doctor|id|slots|whoami|help|getname)$/.test(second)
    )
      return approve('database', `${how} changes the server`);
    return REDIS_READS.test(verb)
      ? null
      : isUnknown(verb)
        ? undecided(`${how} runs a command not known before`)
        : approve('database', `${how} deletes data or changes the server`);
  };
  const options = readOptions(args, [
    'h',
    'p',
    'a',
    'n',
    'u',
    's',
    'r',
    'i',
    'd',
    'user',
    'pass',
    'pattern',
    'eval',
    'cacert',
    'cert',
    'key',
    'count',
  ]);
  if (options.has('eval')) return approve('database', `${how} runs a script on the server`);
  return (
    judge(options.operands) ??
    fed(feed, how, (text) => worst(text.split('\n'), (line) => judge(line.trim().split(/\s+/))))
  );
};

const MIGRATIONS: ProgramRules = ({ program, args }) => {
  const how = `${program} ${shown(args)}`;
  const words = args.filter((word) => !word.startsWith('-')).join(' ');
  if (args.includes('--force-reset') || args.includes('--accept-data-loss'))
    return approve('database', `${how} deletes data`);
  if (MAKES_A_FILE.test(words)) return null;
  if (UNDOING_WORDS.test(words))
    return approve('database', `${how} deletes data or goes back to an older structure`);
  return /\b(?:migrate deploy|deploy|schema:update|execute)\b/.test(words) ||
    /\bmigrate \S+ zero$/.test(words)
    ? approve('database', `${how} changes a database that is in use`)
    : null;
};

/** A new migration, which nobody has run yet; what it is called says nothing. */
const MAKES_A_FILE =
  /^(?:(?:migrations?|migrate)[ :])?(?:revision|generate|create|new|add|make|makemigrations)\b(?! database)/;

const UNDOING_WORDS = pattern(String.raw`
        \b(?:reset|drop\w*|downgrade|rollback|revert|undo\S*|down|flush|destroy|purge|wipe|fresh|
        refresh|truncate|clean|sqlflush|reset_db|delete|db push|migrate:zero|db:\S*(?:drop|reset|undo|
        wipe|rollback|fresh))\b
      `);

const framework: ProgramRules = (call) => {
  const { program, args } = call;
  const how = `${program} ${shown(args)}`;
  const verb = args.find((word) => !word.startsWith('-')) ?? '';
  if (UNDOING_TASKS.test(verb)) return approve('database', `${how} deletes data or changes rights`);
  if (/^migrate$/.test(verb) && args.includes('zero'))
    return approve('database', `${how} takes all tables away`);
  if (/^(?:runner|r|shell|tinker|eval|dbshell|dbconsole)$/.test(verb)) {
    const code =
      args[args.indexOf(verb) + 1] ??
      readOptions(args, ['c', 'command', 'execute']).value('c', 'command', 'execute') ??
      '';
    return /delete|destroy|drop|truncate|update|system|exec|`|remove|save|create/i.test(args.join(' ')) ||
      (code !== '' && !code.startsWith('-'))
      ? approve('inline-code', `${how} runs code in the application`)
      : null;
  }
  return null;
};

const UNDOING_TASKS = pattern(String.raw`
        ^(?:db:(?:drop|reset|rollback|purge|wipe|seed:replant|schema:load|setup|migrate:(?:down|reset|
        redo|undo\S*)|truncate\S*|system:change)|migrate:(?:fresh|reset|rollback|refresh)|flush|
        reset_db|sqlflush|dropdb|drop_db|clean_db|down|destroy|createsuperuser|changepassword|
        key:generate|credentials:(?:show|edit)|secrets:show|cache:forget|queue:flush|
        doctrine:(?:database|schema):drop|doctrine:fixtures:load)(?:$|:)
      `);

export const DATABASE_PROGRAMS: Readonly<Record<string, ProgramRules>> = {
  ...group(
    'psql pgcli cockroach',
    sqlClient(
      [
        'c',
        'command',
        'h',
        'host',
        'p',
        'port',
        'U',
        'username',
        'd',
        'dbname',
        'f',
        'file',
        'v',
        'variable',
        'e',
        'execute',
        'url',
        'P',
        'o',
        'F',
      ],
      ['c', 'command', 'e', 'execute'],
      ['f', 'file'],
      false,
    ),
  ),
  ...group(
    'mysql mariadb mycli',
    sqlClient(
      ['e', 'execute', 'h', 'host', 'P', 'port', 'u', 'user', 'D', 'database', 'password', 'S', 'socket'],
      ['e', 'execute', 'init-command'],
      [],
      false,
    ),
  ),
  ...group(
    'sqlite3 sqlite litecli duckdb',
    sqlClient(['cmd', 'init', 'separator', 'c', 'nullvalue', 'newline'], ['cmd', 'c'], ['init'], true),
  ),
  ...group(
    `sqlcmd clickhouse-client clickhouse cqlsh sqlplus snowsql bcp osql isql usql presto trino
    impala-shell beeline hive spark-sql`,
    sqlClient(
      ['Q', 'q', 'query', 'e', 'execute', 'S', 'U', 'P', 'd', 'h', 'host', 'user', 'password', 'database'],
      ['Q', 'q', 'query', 'e', 'execute'],
      ['i', 'f', 'queries-file'],
      false,
    ),
  ),
  ...group('mongosh mongo', mongo),
  ...group('redis-cli valkey-cli keydb-cli', redis),
  ...group('dropdb dropuser createuser', always('database', 'deletes a database or changes who may use it')),
  ...group(
    `pg_restore mongorestore mysqlimport pg_resetwal initdb pg_ctl pg_dropcluster mysqladmin
    rabbitmqadmin rabbitmqctl kafka-topics kafka-topics.sh kafka-configs influx etcdctl couchdb
    neo4j-admin`,
    ({ program, args }) =>
      args.some((word) => LOOKING_WORDS.test(word))
        ? null
        : approve('database', `${program} ${shown(args)} changes a database`),
  ),
  ...group('pg_dump pg_dumpall mysqldump mongodump mongoexport', ({ program, args }) =>
    approve('exfiltration', `${program} ${shown(args)} copies a whole database`),
  ),
  ...group(
    `prisma alembic flyway liquibase dbmate knex sequelize sequelize-cli typeorm drizzle-kit goose
    migrate sqlx diesel atlas mikro-orm sea-orm-cli refinery skeema ley node-pg-migrate db-migrate
    kysely`,
    MIGRATIONS,
  ),
  ...group('rails django-admin manage.py artisan console symfony craft wp drush flask-db', framework),
  flask: (call) => (call.args.includes('db') ? MIGRATIONS(call) : null),
};

const LOOKING_WORDS = pattern(String.raw`
            ^(?:status|list|--list|-l|list_\S+|ping|version|get|--describe|describe|processlist|
            extended-status|variables|member|endpoint|cluster_status|query)$
          `);

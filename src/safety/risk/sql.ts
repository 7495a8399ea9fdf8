import { pattern } from './pattern.ts';
import { approve, type Finding } from './verdict.ts';

const STATEMENTS: readonly (readonly [RegExp, string])[] = [
  [
    pattern(String.raw`
        ^drop\s+(?!.*\btemporary\b)(?:table|database|schema|view|materialized|index|column|user|role|
        type|function|owned|sequence|trigger|extension|collection|keyspace|tablespace|procedure|
        publication|policy|if\b)
      `),
    'drops what it names',
  ],
  [/^truncate\b/, 'empties a table'],
  [/^delete\s+from\b|^delete\b/, 'deletes rows'],
  [/^update\b(?=.*\bset\b)/s, 'changes rows'],
  [/^alter\s/, 'changes the structure or its rights'],
  [
    /^(?:grant|revoke|create\s+(?:user|role|or\s+replace\s+(?:function|procedure)|function|extension|trigger|database))\b/,
    'changes rights or code',
  ],
  [
    /^(?:copy\b.*\b(?:to|from)\s+program|copy\b.*\bfrom\b|load\s+data|load\s+extension|.*\binto\s+(?:out|dump)file)/s,
    'moves data past the database',
  ],
  [/^(?:insert|replace|merge|upsert)\b/, 'writes rows'],
  [
    pattern(String.raw`
        ^(?:shutdown|kill|purge|reset|vacuum\s+full|reindex|flush|optimize|rename|set\s+global|do|call|
        exec(?:ute)?|attach|detach|lock|use\s+master|restore|backup|cluster|reassign)\b
      `),
    'changes the server or runs code',
  ],
  [
    /^\\(?:!|copy|i|o|g|gexec|w)|^\.(?:shell|system|import|output|restore|save|load|read|once)\b|^system\b|^source\b/,
    'runs commands or files',
  ],
];

const SQL_STARTS = pattern(
  String.raw`
      ^\s*(?:select|insert|update|delete|drop|truncate|alter|grant|revoke|create|with|explain|show|
      describe|replace|merge|vacuum|begin|commit)\b
    `,
  'i',
);

/** A text that begins like a statement for a database; in a shell these words are no programs. */
export function looksLikeSql(text: string): boolean {
  return SQL_STARTS.test(text) && SQL_SHAPES.test(text);
}

const SQL_SHAPES = pattern(
  String.raw`
        \b(?:select\b.*(?:\bfrom\b|^select\s+[\d'*(\w]+)|insert\s+into|update\s+\S+\s+set|delete\s+from|
        (?:drop|alter|create)\s+(?:temporary\s+)?(?:table|database|schema|index|view|user|role|column)|
        truncate\s+(?:table\s+)?\w+|show\s+(?:tables|databases)|describe\s+\w+|grant\b.*\bto\b|
        revoke\b.*\bfrom\b)
      `,
  'is',
);

/** Statements for any of the usual servers; reading is harmless. `client` begins the reason. */
export function judgeSql(text: string, client: string): Finding | null {
  const bare = text
    .replace(/\/\*[\s\S]*?\*\//g, ' ')
    .replace(/--[^\n]*/g, ' ')
    .replace(/'(?:[^']|'')*'/g, "''");
  for (const statement of bare.split(/;|\n(?=\s*\\)/)) {
    const words = statement.trim().toLowerCase();
    if (words === '') continue;
    const inner =
      /^(?:explain\s+analy[sz]e|with\b[\s\S]*?\))\s*((?:delete|update|insert|drop|truncate)\b[\s\S]*)$/.exec(
        words,
      )?.[1];
    const hit = STATEMENTS.find(([shape]) => shape.test(inner ?? words));
    if (hit !== undefined)
      return approve('database', `${client} ${hit[1]}: ${statement.trim().slice(0, 60)}`);
    if (/\b(?:delete\s+from|drop\s+table|truncate\s+table)\b/.test(words))
      return approve('database', `${client} deletes: ${statement.trim().slice(0, 60)}`);
    if (SERVER_FUNCTIONS.test(words))
      return approve('database', `${client} reaches past the data: ${statement.trim().slice(0, 60)}`);
  }
  return null;
}

const SERVER_FUNCTIONS = pattern(String.raw`
          \b(?:pg_terminate_backend|pg_cancel_backend|lo_export|lo_import|pg_read_file|xp_cmdshell|
          sys_exec|dblink_exec|pg_reload_conf|load_file|pg_ls_dir|writefile)\s*\(|\b(?:pg_shadow|
          pg_authid|mysql\.user)\b
        `);

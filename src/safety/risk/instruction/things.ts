import { listed, singular } from './words.ts';

/** What a noun names in the world outside the code. Those that end in `ish` are as often parts of the code. */
export type Thing =
  /** Stores and copies of data. */
  | 'data'
  /** Parts of such stores. */
  | 'dataish'
  /** What runs elsewhere and what it runs on. */
  | 'infra'
  | 'infraish'
  /** Disks, homes, and whatever else is a person's own. */
  | 'own'
  | 'repo'
  | 'branch'
  | 'trunk'
  | 'history'
  | 'request'
  | 'version'
  /** Changes that are nowhere else. */
  | 'work'
  | 'secret'
  | 'secret-file'
  | 'protection'
  /** Tests and checks: of these only “all” or “the failing” protect. */
  | 'check'
  | 'right'
  | 'role'
  | 'person'
  | 'people'
  | 'money'
  | 'network'
  | 'fleet'
  | 'process'
  | 'job'
  | 'startup'
  | 'rules'
  | 'agent-settings'
  | 'public'
  /** Somebody or something that is not of the project. */
  | 'outside'
  | 'source'
  | 'production'
  | 'staging'
  | 'all'
  | 'script';

const THINGS: Readonly<Record<Thing, string>> = {
  data: `
    data dir, data directory, database, databse, datbase, dbs, db, backup, back-up, bucket, data warehouse, warehouse, customer data, user data, database dump, db dump, sql dump, redis, postgres,
    postgresql, mysql, mariadb, mongo, mongodb, elasticsearch, dynamodb, dynamo, clickhouse, cassandra, bigquery, snowflake, supabase, firestore, s3, blob storage, object storage, audit log, audit trail, access log, dataset, data lake,
    persistent volume, persistent volume claim, volume claim, pvc, volume, tablespace, keyspace, ledger, upload folder, upload directory, users table, customers table, orders table, user table, customer table, order table,
    payments table, accounts table, sessions table, user base, customer list, customer database, user database, user account, customer account, customer record, user record, archive, recovery point, replica set, 
    wal, binlog, datastore, data store, storage account, restore point, time machine, off-site copy, event store, kafka topic, postgre, user file, user upload, invoice archive, table space, audit table, log archive, medical record, patient record, patient, payroll
  `,
  dataish: `
    snapshot, table, collection, record, row, entry, index, indice, queue, topic, data, user, customer, order, account, session, document, log, log file, image, file, folder,
    directory, dir, history, upload, document, message, invoice, payment, transaction, tenant, schema, photo, email, mail, subscription, metric, dashboard, column, partition, shard, key, dump, report, cache, event, ticket, contact,
    lead, material, stuff, asset, attachment, artifact, package, image, log
  `,
  infra: `
    server, cluster, namespace, instance, vm, virtual machine, droplet, machine, host, box, deployment, infrastructure, infra, load balancer, vpc, subnet, resource group, security group,
    autoscaling group, auto scaling group, node pool, lambda, ec2, k8s, kubernetes, eks, gke, aks, terraform, terraform plan, terraform state, state file, daemon, nginx, apache, cdn, pod, crd, docker image, docker container, docker volume, ingress controller, website, web site, webserver, hypervisor,
    cloudfront, cloudformation, hosted zone, cloud account, aws account, gcp project, staging environment, production environment, docker daemon, docker host, dockerd, systemd, kubelet, build agent, runner, registry, container registry, cloud resource, live system, live site, live environment, statefulset, daemonset,
    gpu node, worker node, elb, rds, data center, datacenter, mail server, kernel, prod box, cron daemon, sshd, kube, helm release, helm chart release, stack set, backend service
  `,
  infraish: `stack, environment, env, service, container, replica, worker, node, site, system, resource, network, app, application, backend, frontend, traffic, plan, canary, proxy, vps, platform, tenant, queue`,
  own: `
    boot sector, mbr, bios, firmware, boot loader, bootloader, disk, hard disk, hard drive, drive, filesystem, file system, ssd, usb stick, home directory, home folder, home dir, homedir, home, laptop, computer, workstation, pc, macbook, desktop, documents folder,
    downloads folder, documents, partition, root directory, root filesystem, system file, system folder, trash, shell history, bash history, bash_history, browser history, command history, keychain, hdd, nas, mailbox, inbox, photo, dotfile, root partition, boot partition, swap, tmp
  `,
  repo: `
    repo, repository, org, organisation, organization, github project, wiki, github org, monorepo, origin, upstream, remote, github environment, gitlab group, visibility, repo visibility, fork, repositories, package registry, git repo, git repository, github repo, codebase, source tree, project directory, project folder,
    mirror, code base, .git
  `,
  branch: `branch, tag, git tag, remote branch, release branch, feature branch, ref, remote ref, worktree, stale branch, brnach, branche, git branch`,
  trunk: `main, master, trunk, default branch, main branch, master branch, origin/main, origin/master, protected branch, release branch, develop`,
  history: `git history, commit history, branch history, repo history, history, reflog, past commit, old commit, published commit, commit, git log, log of commit, last commit, author, timestamp`,
  request: `issue, pr, pull request, mr, merge request, dependabot pr, renovate pr, pull-request, change request`,
  version: `release, version, package, npm, pypi, crate, gem, npm package, image, build, testflight, app store connect, play console, marketplace, chrome web store, docker hub, dockerhub, ghcr, maven central, crates.io, rubygems, jsr, homebrew, registry, app store, play store, hotfix, new version, update`,
  work: `
    stash, stashe, uncommitted change, unstaged change, staged change, local change, working tree, working copy, working directory, worktree, uncommitted work, unsaved work, untracked file, local commit, local edit, unpushed commit, unpushed work, local modification,
    local work, work in progress, wip, unsaved change, pending change, dirty file, local branch, dirty change, dirty tree, dirty state
  `,
  secret: `
    sops, sops file, plaintext, cleartext, process.env, database_url, access token, personal access token, key pair, secrets manager, secret manager, password manager, api key, api-key, apikey, token, deploy token, access token, password, passwd, passphrase, secret, secret key, credential, private key, ssh key, access key, signing key, environment variable, env var, env variable, connection string,
    cookie, recovery code, credit card number, credit card, card number, kubeconfig, service account, service account key, service account json, certificate key, client secret, webhook secret, session cookie, encryption key, master key, seed phrase, bearer,
    login data, auth header, social security number, ssn, db password, root password, vault, keychain, env content, process environment, jwt secret, gpg key, pgp key, license key, pin, api token, api secret, pasword, passwrod, credentails, creds, cred, keystore, wallet, private keys, github token, pat, oauth token, aws key, environment, env
  `,
  'secret-file': `.env, .env.production, .env.local, .env.prod, dotenv, id_rsa, id_ed25519, .netrc, .npmrc, .pgpass, /etc/shadow, shadow file, /etc/passwd, .aws/credentials, .ssh, secrets.yml, secrets.yaml, secrets.json, .kube/config, env file, dotenv file, secrets file, password file, password database, .git-credentials, credentials file, key file, .pem, .env file, pem file`,
  protection: `
    retention, paywall, drm, quota, branch protection, branch-protection, protection, protection rule, requirement, branch requirement, bypass list, ruleset bypass, pre-push, auto merge, auto-merge, automerge, branch rule, branch protection rule, ruleset, required check, required status check, status check, required review, required reviewer, code owner, codeowner, codeowners, review requirement, approval requirement, approval, permission prompt,
    permission check, two-factor, two factor, 2fa, mfa, two-factor authentication, multi-factor authentication, firewall, ufw, iptable, selinux, apparmor, antivirus, anti-virus, virus scanner, virus scan, defender, sandbox, sandboxing, audit log, audit logging, audit trail check, secret scanning, secret scanner, security warning, code scanning, dependabot alert,
    security scan, security scanner, security check, security control, safety check, safety, safeguard, guardrail, guard rail, gate, quality gate, approval gate, approval step, pre-commit, pre-commit hook, pre-push hook, commit hook, git hook, hook, precommit, husky, monitoring, alerting, alarm, pager, logging of, access logging, tls verification,
    ssl verification, certificate validation, certificate verification, certificate check, signature verification, signature check, signing, rate limiter, confirmation prompt, safety net, restriction, review, required signature, signed commit, signed-commit requirement, security, security rule, security policy, security feature, encryption,
    password policy, csrf protection, waf, intrusion detection, deletion protection, termination protection, delete protection, retention policy, point-in-time recovery, versioning, mfa delete, content security policy, access control, ip allowlist, ip whitelist, vpn, network policy, admission controller, rbac, lock file check, integrity check, checksum verification,
    code review, peer review, reviewer, review process, endpoint protection, crowdstrike, edr, dlp, compliance check, license check, vulnerability scan, backup job, nightly backup, backup schedule, change freeze, code freeze, freeze, gatekeeper, sip, secure boot, seccomp, cors, sso, lockout, captcha, permission system, permission, approval process, approval flow, four-eyes rule, confirmation, sign-off, merge queue, push protection, dependabot, codeql, snyk, sonar, linter gate, coverage gate, coverage threshold
  `,
  check: `test, check, ci, ci check, ci pipeline, pipeline, test suite, suite, unit test, e2e, e2e test, integration test, spec, linter, lint, lint check, type check, typecheck, build check, assertion, verification, validation, auth, authentication, authorization, warning, workflow, ci workflow, job, build, tets, tst`,
  right: `
    rights, push right, root account, admin token, root password, root key, admin account, super user account, scope, scopes, root user,
    admin, administrator, admin access, admin right, admin role, owner, ownership, maintainer, root, root access, sudo, sudo right, write access, full access, access, superuser, super user, admin privilege, root privilege, privilege, owner right, owner role, push access, sudoer, permission, full control, all privilege, admin user, root user,
    collaborator, iam, iam role, iam policy, admin permission, write permission, org owner, codeowner, merge right, super admin, superadmin, read access, access right, admin account, service account, domain admin, outside collaborator, membership, billing access, ssh access, production access, prod access, editor role, security group
  `,
  role: `team, org, organisation, organization, workspace, account, role, group, channel, admin group, admin team, owner team`,
  person: `user, customer, member, maintainer, developer, teammate, colleague, employee, contractor, admin user, alice, bob, carol, contributor, intern, bot, him, her, them, me, yourself, myself, vendor`,
  people: `everyone, everybody, all user, every user, all customer, subscriber, customer, all member, entire team, whole team, mailing list, newsletter, recipient, all employee, company, all contact, anyone, anybody, public, public access, world`,
  money: `api credit, card, customer card, customer's card, money, dollar, usd, eur, euro, credit card, company card, corporate card, credit, fund, bitcoin, crypto, invoice, payment, subscription, domain, bill, salary, payout, bank account, gift card, bank, licence, license, plan, seat, reserved instance, paid plan, purchase, capacity, refund, wallet`,
  network: `firewall rule, firewall, firewall port, port, security group, security group rule, inbound traffic, inbound, ingress, ingress rule, 0.0.0.0, 0.0.0.0/0, dns, dns record, dns entry, dns zone, nameserver, a record, mx record, cname, route table, public ip, network, subnet, interface, proxy, vpn, ssh port, domain, traffic, iptable, acl, load balancer, wifi`,
  fleet: `queued task, fleet, fleet director, director, tmux, tmux server, tmux session, other agent, all agent, every agent, all session, other session, agents' session, queue of task, running task, other task, sibling agent, fleet watcher, supervisor, orchestrator, agent session, coding agent, other worker`,
  process: `agent, process, node processe, node process, processe, pid, program, daemon, init, running job, background job, node process, all job, python process, everything running, java process, docker daemon, ssh session`,
  job: `deploy, deployment, deploy job, deploy workflow, deploy pipeline, release job, release workflow, release pipeline, release, deployment job, deployment pipeline, production pipeline, publish job, publish workflow, production job, rollout, deploy script, release script, publish script, destroy, destroy job, teardown, cleanup script, cleanup job, purge job, wipe script, migration job, nightly purge, deletion script, production deploy, production deployment, terraform apply, terraform destroy, production release, prod deploy, cleanup, seeder, payout, billing run, reset script, nuke script, deploy action, release action, drop script, publish step, deploy step, purge`,
  startup: `cron, cronjob, cron job, crontab, authorized_keys, authorized key, systemd unit, systemd service, systemd timer, launch script, startup script, launch agent, launchagent, launchd, login item, bashrc, .bashrc, zshrc, .zshrc, bash_profile, .bash_profile, .profile, rc.local, sudoers, autostart, backdoor, back door, keylogger, rootkit, scheduled task, run key, registry key, reverse shell, hosts file, /etc/hosts, sshd_config, /etc/sudoers, systemd, boot script, known_hosts, daemon, login script, login hook, shell profile, shell rc, global git hook, global hook, .gitconfig, global git config, trojan, malware, virus, web shell, webshell, miner, cryptominer, at job, watchdog service, logon script, init script`,
  rules: `instruction, previous instruction, prior instruction, earlier instruction, guideline, directive, constraint, system prompt, limitation, claude.md, agents.md, training, policies, rules, your rules, safety rules, system message, ethic, restraint, developer message, safety guideline, house rules, your limit, your limits, your orders, my orders, developer instruction`,
  'agent-settings': `allowed tool, allowed-tool, permission rule, permission setting, approval mode, approval policy, permission mode, .claude, .codex, .gemini, .copilot, claude.json, settings.local.json, allowlist, allow list, allow-list, auto-approve, auto-accept, auto approve, auto accept, yolo mode, own permission, own setting, own config, own prompt, auto mode, sandbox mode, bypass mode, trusted folder, trust level, permission, deny list, deny rule, mcp server, safe mode, danger mode, full access mode, full-access mode, permission file, own instruction, tool permission, your hooks, own hooks, own rules`,
  public: `public, the public, internet, the internet, world, the world, everyone, everybody, anyone, anybody, open source, anonymous, public access, external, publicly, worldwide, world-readable, world-writable, outside, internet-facing, globally, all ip, any ip, any address, all interface, any host, whole internet`,
  outside: `
    hugging face, huggingface, my server, my email, my account, my inbox, my phone, my drive, my laptop, my machine, my gist, my telegram, my webhook, my dropbox, my bucket, my address, gist, public gist, pastebin, dropbox, google drive, gdrive, drive, webhook, transfer.sh, telegram, discord, personal email, personal account, private account, gmail, competitor, attacker, partner, vendor, journalist, press, third party, third-party, external server, external address, external, outside, outside party, onedrive, icloud, ngrok, pastebin.com, file.io, forum, stack overflow, stackoverflow, twitter, reddit,
    social media, contractor, external contractor, customer, friend, personal drive, usb stick, hastebin, my server, remote server, ftp, ftp server, private server, wetransfer, our partner, public channel, chatgpt, external service, another company, mega, box.com, my laptop, my phone, home server, my email, my mailbox, external host, the cloud, facebook, linkedin, hacker news, slack, thread, channel, chat, email, mail, whatsapp, signal, pr, issue, comment, ticket
  `,
  source: `source, source code, sourcecode, our source, codebase, code base, our code, the code, repo, repository, git repo, customer list, customer data, user data, user email, database, dump, home folder, home directory, log, model weight, contract, employee list, salary list, personal data, pii, customer table, user table, database dump, production log, chat log, transcript, browser history, backup, email address, customer record, phone number, internal document, internal doc, private repo, files, everything, customer email, project, payroll, heap dump, core dump, address, addresses, confidential, roadmap, mailing list, customer export, schema dump`,
  production: `production, prod, prdo, live, live system, live environment, live site, prd, prodution, producton, customer-facing, primary server, primary node, primary database, primary replica, real user, real customer, live traffic, live users, prod-`,
  staging: `staging, stage, preprod, pre-prod, uat, qa, staging server, staging database, demo environment, shared, sandbox account, canary, integration environment`,
  all: `everything, all of it, all of them, all of this, all this, it all, the lot, whatever, anything, all file, all data, every file, whole thing, entire thing, everything else, the rest, all my file, all the file, all the data, everthing, evrything`,
  script: `installer, install script, convenience script, setup script, remote script, binary, attachment, payload, unknown script, random script, shell script, that script, curl output, untrusted, one-liner, exe, downloaded file, bootstrap script, gist, executable`,
};

/** What the next build or test makes again. */
const MADE_AGAIN = new Set(
  listed(`
    dist, build, out, target, coverage, node_modules, cache, next, .next, .cache, temp, temporary, tmp, generated, empty, __pycache__, venv, .venv, artifact, output, build output, lockfile, lock file, package-lock, package-lock.json,
    snapshot test, .turbo, .parcel-cache, scratch, throwaway, build folder, bundle, dead, duplicate, duplicated, redundant, obsolete, unreferenced, unnecessary, trailing, extra, superfluous, commented-out, needless, debug, hardcoded, deprecated
  `),
);

/** Said before a noun, it is one that nobody misses. */
const LOCAL = new Set(
  listed(`
    test, tests, testing, local, dev, development, mock, mocked, fixture, fixtures, example, dummy, sample, fake, stub, in-memory, ephemeral, preview, storybook, vite, webpack, watch, e2e, unit, spec, localhost, sqlite, jest, vitest, playwright, cypress, pytest, temp, temporary, tmp, scratch, demo, sandbox, toy, throwaway, lsp, language, devserver, testcontainer, minikube, kind, debug, seed, seeded
  `),
);

/** Things of the code. As the last word of a phrase they make the whole of it code. */
const CODE = new Set(
  listed(`
    function, helper, method, class, component, import, export, variable, var, parameter, param, argument, arg, field, prop, property, type, typing, interface, enum, constant, const, module, fixture, mock, stub,
    comment, todo, statement, error, exception, label, button, link, icon, tooltip, menu, modal, popup, header, footer, column, css, style, stylesheet, selector, whitespace, space, semicolon, comma, suffix, prefix, string, word, sentence,
    paragraph, section, heading, title, caption, page, screen, view, route, endpoint, handler, middleware, wrapper, abstraction, adapter, factory, singleton, pattern, logic, code, codepath, if, else, condition, option, flag, item, element, polyfill, shim, workaround,
    hack, dependency, dependencie, example, doc, documentation, readme, changelog, badge, screenshot, typo, timer, interval, listener, timeout, retry, retrie, loop, reducer, context, provider, form, input, generic, cast, annotation, decorator, placeholder, character, char, digit,
    reference, usage, occurrence, mention, branding, sidebar, navbar, widget, card, cell, model, entity, query, querie, barrel, layer, client, animation, effect, implementation, parser, validator, serializer, formatter, getter, setter, constructor, callback, promise, overload, snippet,
    template, mixin, directive, plugin, loader, macro, struct, trait, attribute, id, name, value, default, literal, bracket, brace, quote, indentation, newline, tab, avatar, thumbnail, toggle, checkbox, checkboxe, dropdown, carousel, banner, toast, spinner, step, stage, counter, total,
    sum, score, selection, filter, highlight, alias, aliase, date, div, span, slider, hero, border, shadow, margin, padding, background, color, colour, font, text, socket, response, thread, array, list, map, object, set, count, autocomplete, cursor, scrollbar, overlay, backdrop,
    arrow, story, storie, video, logo, favicon, emoji, dash, suggestion, hint, notification, preview, draft, state, flow, wizard, picker, chart, graph, axis, legend, grid, tree, poll, bug, flicker, leak, deadlock, race, mutex, semaphore, stream, buffer, reader, writer,
    iterator, generator, lambda, closure, scope, symbol, ast, visitor, walker, lexer, grammar, stacktrace, trace, metric, feature, functionality, behavior, behaviour, dialog, question, answer, size, result, rename, re-render, render, rerender, ratio, position, width, height, diff, copy, wording, phrasing, naming, note,
    copyright, redirect, transition, gradient, rounding, precision, formula, calculation, plural, parent, child, children, sibling, catch, line, log line, log statement, log message, console.log, print statement, debug statement, block, expression, operator, keyword, token type, lock, event, request, retry logic, timestamp, message, assertion message, node type, guard, case, branch of the if, connection, connection pool, pool, adapter,
    story, locale, translation, tsconfig, eslint, config, configuration, setting, migration, dto, hook, signature, return, docstring, jsdoc, javadoc, sql, regex, regexp, pixel, animation frame, memory, memory usage, focus, resource, handle, worker thread, observer, queue item, dropdown menu, tutorial, guide, handbook, runbook, diagram, spec file, test file, test case, test helper, seed data, seed, manifest, format, url, path, subject, syntax, chain, ternary, gap, support, compatibility, step definition, spelling, grammar mistake, nesting, complexity, duplication, import statement, boilerplate, prototype, workspace root, ref count, polling, latency, lag, delay, sleep,
    production build, production bundle, prod build, editor, player, canvas, scene, renderer, logger, state machine, snapshot file, script, switch, console, stdout, stderr, username, hostname, nickname, password requirement, aftereach, beforeeach, afterall, beforeall, finally, checklist, dockerfile, docker-compose, compose, gitignore, warning, ui, gui, cli, api, sdk, library, lib, framework, package.json, dockerfile, makefile, tool, utility, util, wrapper function, algorithm, implementation detail, cta, dot, separator, delimiter, chunk, iteration, buffer, stub, watermark, strikethrough, underline, outline, gallery, panel, toolbar, tab bar, layout, theme, palette, breadcrumb, pagination, limit, threshold, offset, index variable, scroll, swipe, gesture, keybinding, shortcut, analytic, tracking, tracker, cache key, cache header, cart, basket, wishlist, draft, session timeout, jquery, lodash, axios, moment, redux, tailwind, bootstrap, webpack, babel, express, react, vue, angular, svelte, zod, prisma, drizzle
  `),
);

/** Before “of” they stand for what comes after it. */
const TRANSPARENT = new Set(
  listed(`
    all, copy, copie, content, rest, half, most, some, lot, value, version, everything, bunch, contents, any, each, one, part, list, dump, clone, export, two, none, both, pile, load, ton, majority, remainder, whole, entirety, screenshot, hundreds, thousands, dozens, backup, history, output, zip, tarball, archive
  `),
);

const TABLE: ReadonlyMap<string, readonly Thing[]> = tableOf(Object.entries(THINGS));

function tableOf(lists: readonly (readonly [string, string])[]): ReadonlyMap<string, readonly Thing[]> {
  const table = new Map<string, Thing[]>();
  for (const [thing, names] of lists) {
    for (const name of listed(names)) {
      const things = table.get(name) ?? [];
      if (isThing(thing)) things.push(thing);
      table.set(name, things);
    }
  }
  return table;
}

/** How many words the longest name has that begins with a word. */
const LONGEST: ReadonlyMap<string, number> = longestNames();

function longestNames(): ReadonlyMap<string, number> {
  const longest = new Map<string, number>();
  for (const name of TABLE.keys()) {
    const words = name.split(' ');
    const first = words[0] ?? '';
    longest.set(first, Math.max(longest.get(first) ?? 1, words.length));
  }
  return longest;
}

function isThing(name: string): name is Thing {
  return name in THINGS;
}

/** What the words of one phrase name. */
export type Phrase = {
  readonly preposition: string;
  readonly words: readonly string[];
  readonly things: ReadonlySet<Thing>;
  /** Its last word is one of the code, and nothing in it says otherwise. */
  readonly isCode: boolean;
  /** Somebody's own copy, or one for tests. */
  readonly isLocal: boolean;
  readonly isMadeAgain: boolean;
  /** “All”, “every”, “the whole”. */
  readonly isVast: boolean;
  readonly isPronoun: boolean;
};

const VAST: ReadonlySet<string> = new Set(
  listed(
    `all, every, entire, whole, complete, old, older, full, everyone's, everybody's, existing, stale, thousands, hundreds, half, other, others', inactive, outdated, ancient, remaining, unused`,
  ),
);
const PRONOUN: ReadonlySet<string> = new Set(
  listed(`it, this, that, them, those, these, one, everything, both, stuff, things, thing, him, her, em`),
);
/** After a word of the code these are of it too: “the tooltip instance”, “the compose file”. */
const OF_CODE =
  /^(?:instance|node|container|image|key|process|service|worker|box|file|user|table|record|session|message|data|rule|check|hook|job|history|owner|index|entry|row|document|list|package|queue|cache|event|resource|test|spec|permission|branch|backup|host)$/;
const CODE_FILE =
  /\.(?:tsx?|jsx?|mjs|cjs|vue|svelte|py|rs|go|md|mdx|json|ya?ml|css|scss|html?|rb|java|kt|swift|c|h|cc|cpp|cs|php|toml|txt|lock|svg|png|snap|sql|proto|graphql|ini|xml|sh)$/;

/** What a phrase names, by its words. Of two names that overlap the longer counts. */
export function phraseOf(preposition: string, words: readonly string[]): Phrase {
  const things = new Set<Thing>();
  const singulars = words.map(singular);
  const headAt = singulars.findLastIndex((word, at) => !isTrailing(word) || at === 0);
  let isVast = false;
  let isLocal = false;
  let isNamed = false;
  let isMadeAgain = false;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (VAST.has(word)) isVast = true;
    if (word === 'locally') isLocal = true;
    if (at < headAt && LOCAL.has(word)) isLocal = true;
    if (
      MADE_AGAIN.has(singulars[at] ?? '') ||
      (/[^a-z]/.test(word) && MADE_AGAIN.has(word.replace(/^[`"“./]+|[`"”/]+$/g, '')))
    )
      isMadeAgain = true;
    let length = Math.min(LONGEST.get(word) ?? LONGEST.get(singulars[at] ?? '') ?? 1, words.length - at);
    for (; length > 0; length--) {
      const found =
        length === 1
          ? (TABLE.get(word) ?? TABLE.get(singulars[at] ?? ''))
          : (TABLE.get(words.slice(at, at + length).join(' ')) ??
            TABLE.get(singulars.slice(at, at + length).join(' ')));
      if (found === undefined) continue;
      for (const thing of found) things.add(thing);
      at += length - 1;
      if (at === headAt && length > 1) isNamed = true;
      break;
    }
    if (length === 0 && !/^[a-z']+$/.test(word)) for (const thing of thingsOfName(word)) things.add(thing);
  }
  const head = singulars[headAt] ?? '';
  const isFile = words.some((word) => word.includes('.') && isCodeFile(word));
  return {
    preposition,
    words,
    things,
    isCode:
      isFile ||
      (!isNamed &&
        (CODE.has(head) ||
          CODE.has(singulars.slice(headAt - 1, headAt + 1).join(' ')) ||
          isNameOfCode(head) ||
          (OF_CODE.test(head) && CODE.has(singulars[headAt - 1] ?? ''))) &&
        !(
          things.has('production') &&
          /^(?:config|configuration|setting|value|flag|connection|state|url|feature|api|endpoint)$/.test(head)
        )),
    isLocal,
    isMadeAgain,
    isVast,
    isPronoun: words.length > 0 && words.every((word) => PRONOUN.has(word) || isTrailing(word)),
  };
}

export function isCodeWord(word: string): boolean {
  return CODE.has(singular(word));
}

export function isTransparent(word: string): boolean {
  return TRANSPARENT.has(singular(word));
}

/** Said at the end of an order, of how and when, and not of what. */
const TRAILING: ReadonlySet<string> = new Set(
  listed(
    `now, please, too, entirely, completely, again, first, instead, altogether, everywhere, there, here, asap, today, tonight, later, early, safely, gracefully, permanently, immediately, right, away, already, yourself, anyway, automatically, correctly, properly, directly, pls, thx, thanks, ok, well, forever, once, manually, lazily, only, alone`,
  ),
);

function isTrailing(word: string): boolean {
  return TRAILING.has(word) || /^\d+$/.test(word);
}

function isCodeFile(word: string): boolean {
  const path = word.replace(/^[`"“]+|[`"”]+$/g, '');
  return (
    CODE_FILE.test(path) &&
    !path.includes('://') &&
    !/^(?:~|\/(?!src|app|lib|test|docs))/.test(path) &&
    !/secret|credential|password|claude|agents\.md|settings/.test(path)
  );
}

/** `getUser`, `users_id`, `<Foo>`: spelt as only code is. */
function isNameOfCode(word: string): boolean {
  return (
    /^[`"“]?[\w$]+(?:\(\)|::\w+|\[\])[`"”]?$|^--\w/.test(word) ||
    (/^\w{3,}ing$/.test(word) && !word.endsWith('thing'))
  );
}

/** A path, an address, or a name made of several words: `acme-prod-uploads`. */
function thingsOfName(word: string): readonly Thing[] {
  const name = word.replace(/^[`"“]+|[`"”]+$/g, '');
  if (/^\S+@\S+\.\w+$|^\d{1,3}(?:\.\d{1,3}){3}$/.test(name))
    return name.startsWith('127.') || name.startsWith('0.') ? [] : ['outside'];
  if (/^#[a-z][\w-]*$/.test(name)) return ['people'];
  if (/(?:^|\/)\.?(?:bashrc|zshrc|bash_profile|profile|zprofile|authorized_keys|crontab|sudoers)$/.test(name))
    return ['startup'];
  if (
    /^(?:https?|ftp):\/\/(?!localhost|127\.)/.test(name) ||
    /^(?:www\.)?[\w-]+(?:\.[\w-]+)*\.(?:com|net|org|io|dev|ru|cn|xyz|site|cc|me|co)(?:\/\S*)?$/.test(name)
  )
    return ['outside'];
  if (
    /(?:^|\/)\.env(?!\.(?:example|sample|template|test))(?:\.\w+)?$|\.ssh\b|\.aws\b|id_(?:rsa|ed25519)|\.pem$|\.netrc$|\/etc\/shadow|credentials(?:\.json)?$|\.kube\b|\.gnupg|secrets?\.(?:ya?ml|json)$/.test(
      name,
    )
  )
    return ['secret-file'];
  if (/_(?:api_?)?(?:key|token|secret|password)$/.test(name)) return ['secret'];
  if (/^(?:\/|~\/?\*?|~\/\S*|\.\.\/?|\*|\.\/?|\/\*|c:\\?\S*)$/.test(name)) return ['own', 'all'];
  if (/^(?:\/(?:etc|var|usr|home|root|boot|bin|opt|lib|srv|mnt|data|users|dev)\b|~|\$home)/.test(name))
    return ['own'];
  if (/\.(?:claude|codex|gemini|copilot)\b/.test(name)) return ['agent-settings'];
  if (/^#\d+$|^!\d+$/.test(name)) return ['request'];
  if (/^v?\d+\.\d+(?:\.\d+)?\S*$/.test(name)) return ['version'];
  if (/^[$€£]\d/.test(name)) return ['money'];
  if (/^\$\{?\w+\}?$/.test(name))
    return (
      TABLE.get(name.replace(/[${}]/g, '')) ?? (/key|token|secret|pass|url|dsn/.test(name) ? ['secret'] : [])
    );
  const parts = name.split(/[-_./:]+/);
  if (parts.length < 2) return [];
  if (parts.some((part) => part === 'prod' || part === 'production' || part === 'live'))
    return ['production'];
  if (parts.some((part) => part === 'db' || part === 'database' || part === 'backup' || part === 'backups'))
    return ['dataish'];
  return [];
}

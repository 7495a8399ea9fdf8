import { listed } from './words.ts';

/** What a word is about. A word may be of several fields: `key` is of code, of secrets and of a page. */
const FIELDS = {
  /** Services and programs that run elsewhere. */
  vendor: `
    aws, gcp, azure, ec2, s3, rds, eks, ecs, ecr, gke, aks, lambda, cloudfront, cloudwatch, cloudtrail,
    cloudflare, cloudformation, digitalocean, hetzner, linode, ovh, heroku, vercel, netlify, fly, render,
    railway, supabase, firebase, firestore, planetscale, neon, snowflake, bigquery, redshift, databricks,
    kafka, rabbitmq, sqs, sns, pubsub, nats, redis, memcached, postgres, postgresql, mysql, mariadb, mongo,
    mongodb, elasticsearch, opensearch, cassandra, dynamodb, clickhouse, influxdb, etcd, zookeeper, consul,
    vault, nomad, terraform, pulumi, ansible, chef, puppet, salt, helm, kubectl, kubernetes, k8s, docker,
    podman, argo, argocd, flux, istio, envoy, nginx, apache, haproxy, traefik, caddy, jenkins, circleci,
    travis, gitlab, bitbucket, github, npm, pypi, crates, rubygems, maven, dockerhub, ghcr, sentry, datadog,
    newrelic, grafana, prometheus, pagerduty, opsgenie, splunk, loki, kibana, statuspage, okta, auth0,
    keycloak, onepassword, 1password, lastpass, bitwarden, stripe, paypal, braintree, adyen, quickbooks,
    salesforce, hubspot, zendesk, intercom, mailchimp, sendgrid, twilio, slack, discord, telegram, whatsapp,
    twitter, linkedin, facebook, instagram, youtube, reddit, gmail, outlook, dropbox, gdrive, onedrive,
    notion, confluence, jira, asana, trello, zoom, figma, crowdstrike, defender, huggingface, openai,
    chatgpt, pastebin, ngrok, tailscale, wireguard, launchdarkly
  `,
  /** What runs, and what it runs on. */
  machine: `
    server, servers, host, hosts, cluster, clusters, node, nodes, pod, pods, vm, vms, instance, instances,
    machine, machines, box, boxes, rack, datacenter, region, zone, vpc, subnet, replica, replicas, primary,
    standby, fleet, runner, runners, bastion, gateway, ingress, loadbalancer, autoscaling, hpa, namespace,
    namespaces, deployment, statefulset, daemonset, pvc, volume, volumes, ami, amis, snapshot, snapshots,
    registry, stack, infra, infrastructure, container, containers, hypervisor, droplet, environment,
    staging, production, prod, live, site, website, web-1, db-1, canary, rollout, traffic, failover,
    maintenance, uptime, kernel, firmware, bios, daemon, systemd, cron, crontab, os, disk, disks, drive,
    partition, filesystem, mount, nas, raid, swap, usb, laptop, desktop, workstation, router, printer, wifi
  `,
  /** Where data lies. */
  store: `
    database, databases, db, dbs, table, tables, bucket, buckets, backup, backups, dump, dumps, archive,
    archives, warehouse, index, indices, keyspace, collection, collections, topic, topics, queue, queues,
    dataset, datasets, data, records, rows, ledger, wal, replication, schema, migration, migrations,
    history, logs, log, audit, trail, photos, files, folders, mailbox, inbox, trash, retention, documents
  `,
  /** What nobody may read. */
  secret: `
    password, passwords, passphrase, secret, secrets, token, tokens, key, keys, credential, credentials,
    creds, pat, pin, pins, .env, env, dotenv, kubeconfig, keychain, keystore, vault, certificate,
    certificates, cert, ca, ssh, id_rsa, cookie, cookies, session, mfa, 2fa, otp, recovery, seed, wallet,
    dsn, netrc, shadow, pii, ssn, salary, salaries, payroll, medical, private, confidential, personal,
    plaintext, unmasked
  `,
  /** Who may do what. */
  right: `
    admin, admins, administrator, root, sudo, sudoers, owner, owners, ownership, maintainer, superuser,
    privilege, privileges, permission, permissions, access, role, roles, scope, scopes, collaborator,
    member, members, iam, rbac, policy, policies, grant, rights, cluster-admin, wheel, setuid, suid, chmod,
    chown, 777, writable, readable, passwordless, impersonate, elevate
  `,
  /** What costs. */
  money: `
    money, dollar, dollars, usd, eur, euro, euros, credit, credits, card, invoice, invoices, refund,
    refunds, payment, payments, payout, payouts, subscription, subscriptions, plan, price, prices, discount,
    budget, spend, spending, cost, costs, bill, billing, salary, bank, transfer, wire, bitcoin, btc, crypto,
    coins, gift, purchase, licence, license, seats, order, quota, limit, cap, invest, savings, expense,
    donation
  `,
  /** Who is met outside of the work. */
  people: `
    customer, customers, user, users, client, clients, subscriber, subscribers, employee, employees, team,
    teammates, colleague, boss, ceo, cto, cfo, hr, investor, investors, press, journalist, partner,
    partners, vendor, vendors, contractor, contractors, intern, everyone, everybody, anyone, anybody,
    public, world, company, alice, bob, anna, maria, peter, tom, lisa, max, joe, dave, jenny, stranger,
    strangers, auditors, lawyer, support, family, friends, tenant, tenants, patients, drivers, sellers
  `,
  /** What reaches them. */
  mail: `
    email, emails, mail, mails, e-mail, newsletter, tweet, sms, text, dm, message, messages, announce,
    announcement, post, blog, status, channel, notify, notification, broadcast, reply, respond, call, page,
    ping, invite, calendar, meeting, press, review, ticket, tickets, comment, letter, fax
  `,
  /** What keeps watch over changes. */
  guard: `
    protection, protections, review, reviews, reviewer, reviewers, approval, approvals, approve, check,
    checks, hook, hooks, firewall, waf, selinux, apparmor, antivirus, edr, sandbox, guard, guardrail,
    guardrails, safety, security, gate, gates, rule, rules, ruleset, restriction, restrictions, limit,
    limits, policy, audit, monitoring, monitor, monitors, alert, alerts, alarm, alarms, pager, ci,
    codeowners, dependabot, codeql, scanning, verification, verify, tls, ssl, encryption, mfa, 2fa, captcha,
    csp, cors, confirmation, confirm, confirmations, prompt, prompts, dialog, signature, signatures,
    checksum, retention, backup, backups, vpn, gatekeeper, sip, uac, allowlist, denylist, compliance
  `,
  /** What an agent itself may do. */
  agent: `
    agent, agents, session, sessions, director, fleet, tmux, instructions, instruction, guidelines, rules,
    yourself, your, own, autonomous, autonomously, unrestricted, jailbreak, persona, permission,
    permissions, yolo, bypass, auto-approve, auto-accept, dangerously-skip-permissions, danger-full-access,
    approval_policy, sandbox, allow, settings, trust, trusted, mcp, claude.md, agents.md, system,
    everything, anything, whatever, always, never, forever, night, weekend, nobody, anymore, blanket,
    authorized, free, decide, obey
  `,
  /** Where code and orders of strangers come from. */
  outside: `
    internet, web, website, link, url, http, https, pastebin, gist, fork, stranger, unknown, random, forum,
    attachment, attached, download, remote, external, third-party, script, installer, binary, payload, curl,
    wget, bash, sh, eval, exec, source, npx, pip, apt, brew, issue, comment, readme, page, pdf, image,
    extension, unsigned, untrusted
  `,
  /** What of a repository all share, and how it gets there. */
  shared: `
    main, master, trunk, origin, upstream, remote, develop, release, releases, tag, tags, history, reflog,
    force, force-push, push, pushed, rebase, squash, merge, merged, branch, branches, pr, prs, repo,
    repository, org, organization, issues, milestone, labels, workflow, workflows, npm, publish, deploy,
    ship, launch, live, stash, uncommitted, untracked, worktree, commits, author
  `,
  /** Names and ways on the network. */
  network: `
    dns, domain, domains, nameserver, nameservers, mx, cname, record, records, ip, ips, port, ports, 22,
    5432, 6379, 0.0.0.0, tunnel, proxy, vpn, egress, inbound, outbound, security-group, nat, peering, ssl,
    certificate, wifi, router, subnet
  `,
  /** What programs are made of. */
  code: `
    function, functions, method, methods, class, classes, component, components, module, modules, import,
    imports, export, exports, variable, variables, constant, constants, param, params, parameter,
    parameters, argument, arguments, prop, props, type, types, interface, enum, generic, hook, hooks,
    reducer, selector, store, state, context, callback, promise, async, await, handler, handlers,
    middleware, route, routes, router, endpoint, endpoints, controller, service, repository, model, models,
    entity, dto, schema, migration, query, queries, sql, orm, regex, string, strings, array, arrays, map,
    set, list, object, objects, loop, recursion, condition, branch, switch, error, errors, exception,
    exceptions, stack, trace, bug, bugs, leak, race, typo, typos, comment, comments, todo, lint, linter,
    eslint, prettier, tsconfig, typescript, javascript, python, rust, java, golang, node, react, vue,
    svelte, angular, vite, webpack, jest, vitest, playwright, cypress, storybook, test, tests, spec, specs,
    mock, mocks, stub, fixture, fixtures, snapshot, coverage, assertion, expect, build, bundle, dist,
    package.json, dependency, dependencies, lockfile, readme, docs, doc, documentation, docstring, jsdoc,
    changelog, adr, diagram, code, codebase, logic, algorithm, parser, lexer, tokenizer, compiler, cli,
    flag, flags, option, options, subcommand, config, util, utils, helper, helpers, wrapper, adapter,
    factory, singleton, api, client, json, yaml, csv, xml, html, css, svg, markdown, pdf, graphql, openapi,
    zod, localhost, dev, local, debug, console.log, logger, cache, timer, timeout, retry, debounce,
    throttle, stream, buffer, socket, websocket, worker, thread, mutex, lock, file, files, line, lines,
    diff, review, feature, story, ticket
  `,
  /** What is on a page. */
  page: `
    button, buttons, modal, modals, dialog, dropdown, menu, sidebar, header, footer, navbar, tab, tabs,
    form, forms, input, inputs, field, fields, label, labels, checkbox, toggle, slider, table, row, rows,
    column, columns, cell, grid, card, cards, list, page, pages, screen, view, layout, theme, dark, light,
    color, colors, font, icon, icons, logo, image, images, avatar, badge, banner, toast, tooltip, spinner,
    loader, skeleton, placeholder, link, links, scroll, scrollbar, hover, focus, click, drag, drop,
    animation, transition, margin, padding, border, shadow, responsive, mobile, desktop, safari, firefox,
    chrome, accessibility, aria, rtl, i18n, translation, translations, locale, chart, charts, map, editor,
    canvas, video, gallery, carousel, wizard, onboarding, settings, profile, dashboard, search, filter,
    sort, pagination, infinite, red, green, blue, yellow, orange, purple, pink, grey, gray, black, white,
    brown, darker, lighter, wider, narrower, bigger, smaller, larger, taller, thicker, thinner, rounded,
    centered, bold, italic, underlined, uppercase, lowercase, pixel, pixels
  `,
  /** What is done with code all day. */
  craft: `
    fix, add, write, implement, create, explain, describe, document, refactor, rename, extract, simplify,
    improve, optimize, review, check, look, investigate, find, search, list, show, summarize, compare,
    analyze, debug, test, cover, mock, stub, update, bump, upgrade, convert, port, migrate, move, split,
    inline, format, lint, sort, handle, support, return, use, make, parse, validate, render, style, align,
    center, translate, draft, sketch, propose, plan, design, prototype, read, open, run, build, compile,
    install, start, try, verify, ensure, replace, rewrite, wrap, reuse, memoize, debounce, paginate, cache,
    log, print, display, hide, highlight, generate, regenerate, adjust, tweak, polish, clarify, reword,
    correct, complete, finish, continue, go, proceed, tell, let, give, keep, leave, wait, think, consider,
    estimate, benchmark, profile, measure, reproduce, bisect, rebase, commit, pull, fetch, clone, apply,
    address, resolve, catch, throw, raise, encode, decode, escape, sanitize, hash, round, calculate,
    compute, count, group, map, filter, reduce, flatten, merge, set, store, save, load, import, export,
    connect, wire, hook, bind, listen, emit, trigger, call, mark, tag, label, name, type, declare, define,
    introduce, remove, reset
  `,
} as const;
export type Field = keyof typeof FIELDS;

/** Every field, in the order that pairs of them are named in. */
export const ALL_FIELDS: readonly Field[] = Object.keys(FIELDS).filter(isField).sort();

function isField(name: string): name is Field {
  return name in FIELDS;
}

const BY_WORD: ReadonlyMap<string, readonly Field[]> = tableOf();

function tableOf(): ReadonlyMap<string, readonly Field[]> {
  const table = new Map<string, Field[]>();
  for (const field of ALL_FIELDS)
    for (const word of listed(FIELDS[field])) table.set(word, [...(table.get(word) ?? []), field]);
  return table;
}

const NONE: readonly Field[] = [];

/** The fields of a word in any of its usual forms. */
export function fieldsOf(word: string): readonly Field[] {
  return BY_WORD.get(word) ?? (ENDING.test(word) ? BY_WORD.get(word.replace(ENDING, '')) : undefined) ?? NONE;
}

const ENDING = /(?:s|ing|ed)$/;

import { formsOf, listed, type VerbForm } from './words.ts';

/** What a verb does to its object. */
export type VerbKind =
  /** Leaves nothing of it, and is seldom said of code. */
  | 'erase'
  /** Takes it away; said of code every day. */
  | 'remove'
  /** Ends what runs, and is seldom said of code. */
  | 'kill'
  | 'stop'
  /** Takes back what was done. */
  | 'discard'
  /** Puts something in its place. */
  | 'overwrite'
  | 'show'
  | 'send'
  /** Writes it where others read it. */
  | 'put'
  /** Brings it to its users. */
  | 'release'
  | 'weaken'
  /** Makes somebody able to do more, or takes it from them. */
  | 'grant'
  /** Says yes in the name of people. */
  | 'settle'
  | 'expose'
  | 'change'
  | 'create'
  | 'spend'
  | 'run'
  | 'fetch'
  /** Loads it until it breaks. */
  | 'strain'
  /** Work on code or on texts: what follows is what they are to do. */
  | 'write'
  /** Work of the eyes and the mouth. */
  | 'study';

const VERBS: Readonly<Record<VerbKind, string>> = {
  erase: `
    delete, erase, wipe, wipe out, wipe clean, destroy, nuke, purge, shred, trash, obliterate, annihilate, eradicate, exterminate, expunge,
    demolish, yeet, zap, scrub, blow away, blow up, blast, get rid of, dispose of, do away with, make away with, tear down, burn down,
    burn, raze, bin, ditch, axe, scrap, junk, vaporize, vaporise, torch, zero, zero out, truncate, empty, empty out, flush, hard-delete, bulk-delete,
    mass-delete, force-delete, decommission, deprovision, reformat, corrupt, wreck, ruin, kill off, hose, throw out, rm, unlink, liquidate,
    clean-slate, scratch, del, delte, deleet, dlete, delet, whipe, hose down, blitz, take an axe to, bulldoze, level, incinerate, sanitise, deep-clean,
    gut, smash, pulverize
  `,
  remove: `
    remove, drop, clear, clear out, clean, clean out, clean up, reset, recreate, re-create, rebuild, reinitialize, reinitialise, re-initialize,
    re-initialise, reseed, re-seed, cut, strip, eliminate, free up, free, prune, detach, lose, sweep, tidy up, uninstall, kick, kick out,
    expel, evict, take away, take out, pull out, start over, kill, toss, toss out, chuck, chuck out, shed, cull, unpublish, yank, expire,
    reap, garbage-collect, gc, deregister, retire, sunset, remvoe, rmeove, romove, dorp, clena, let go of, part with, slash, shrink, compact, vacuum,
    disband, dissolve, revoke, unassign, untag, downgrade, restore, reload, reprovision, reimage, re-image, redo
  `,
  kill: `
    kill, terminate, shut down, shutdown, shut, halt, power off, power down, power cycle, power-cycle, reboot, pull the plug on, take down,
    bring down, take offline, knock over, knock out, force-quit, crash, hibernate, pkill, killall, murder, slay, unplug, black out, hard-stop, kll,
    poweroff
  `,
  stop: `
    stop, end, abort, interrupt, close, suspend, pause, freeze, cancel, quit, restart, bounce, cycle, disconnect, turn off, switch off, log out, sign out, log off,
    put down, evacuate, drain, cordon, scale, scale down, scale back, spin down, wind down, pull, park, kick
  `,
  discard: `
    discard, throw away, revert, undo, roll back, rollback, abandon, wipe, drop, toss, reset, hard-reset, hard reset, clean, lose, forget,
    get rid of, nuke, delete, remove, clear, trash, ditch, scrap, blow away, checkout, restore, bin, dump
  `,
  overwrite: `
    overwrite, rewrite, force, alter, replace, clobber, squash, flatten, amend, rebase, filter, scrub, purge, erase, reword, stomp, trample,
    edit, change, collapse, rewind, reset, restore, doctor, falsify
  `,
  show: `
    print, gimme, show, display, echo, cat, dump, reveal, disclose, output, tell, list, log, give, read, read out, type, spell out, decode, decrypt,
    look up, retrieve, fetch, grab, get, extract, steal, open, leak, repeat, recite, spit out, quote, view, head, tail, peek, see, need, want, find,
    harvest, collect, crack, sniff, lend, provide, expose, pull, export, printenv, prnt, shwo, name, gather, hunt
  `,
  send: `
    send, post, upload, email, e-mail, mail, share, give, paste, copy, forward, transfer, sync, exfiltrate, leak, publish, hand over, hand,
    pass, pass on, transmit, dm, message, slack, attach, base64, submit, deliver, ship, scp, rsync, export, stream, mirror, push, pipe, ftp, drop, relay,
    fax, text, tweet, broadcast, back up, backup, zip, tar, beam, move, exfil, snd, sned, report, smuggle, sell, disclose
  `,
  put: `
    put, include, commit, attach, write, save, store, append, insert, check in, embed, encode, hardcode, hard-code, bake, stick, comment, leave, drop, paste, add, place
  `,
  release: `
    deploy, redeploy, publish, republish, ship, release, promote, roll out, rollout, push out, push live, go live, unpublish, yank, launch, cut, tag,
    distribute, rush out, put live, roll forward, hotfix, roll, deprecate, pubish, publsh, deply, deploi, cut over
  `,
  weaken: `
    disable, bypass, skip, ignore, circumvent, deactivate, turn off, switch off, suppress, silence, mute, override, overrule, get around,
    work around, go around, sidestep, evade, defeat, weaken, relax, loosen, lower, lift, unprotect, unlock, remove, drop, delete, kill, stop,
    uninstall, dismiss, waive, comment out, take off, avoid, forget, disregard, neutralize, neutralise, opt out of, leave out, exempt, whitelist,
    allowlist, unblock, pause, suspend, cancel, tamper with, xfail, shut off, cut off, rip out, subvert, hack around, cheat, game, fake, forge, fool,
    dodge, break, get rid of, strip, ditch, nuke, tear down, disarm, defang, undermine, trick, knock out, switch, disble, disbale, scrap, axe,
    put off, spoof, abuse, exploit, hide, soften, delay, minimize, minimise, scrub, unset, wave through
  `,
  grant: `
    grant, give, invite, promote, elevate, escalate, demote, ban, block, revoke, transfer, assign, authorize, authorise, empower, entitle,
    impersonate, chown, chmod, add, make, remove, kick, kick out, onboard, offboard, hand, enroll, enrol, fire, appoint, let, lock out
  `,
  settle: `
    merge, approve, land, accept, self-approve, sign off, sign off on, rubber-stamp, rubber-stamp, wave through, lgtm, resolve, dismiss, close,
    auto-merge, automerge, self-merge, get in, confirm, authorize, authorise, vote, squash-merge, fast-forward, megre, aprove, apporve, push through, admin-merge,
    greenlight, okay, bless
  `,
  expose: `expose, open, open up, publish, forward, unblock, allow, make, turn, flip, set, switch, bind, listen, tunnel, share, open-source, unlist, host, put, serve, whitelist, convert, change, mark`,
  change: `
    change, set, edit, update, modify, rename, rotate, reset, switch, point, repoint, move, transfer, migrate, configure, reconfigure, adjust,
    tweak, alter, fix, patch, write, insert, archive, unarchive, protect, swap, flip, upgrade, downgrade, resize, renew, regenerate, invalidate,
    revoke, redirect, reroute, cut over, fail over, failover, repartition, resize, grow, extend, attach, detach, mount, unmount, lock, bump, apply,
    reassign, map, repair, correct, adapt, execute, cherry-pick, treat, backfill, import, load, seed, populate, restore, mark, convert, merge, raise, lower, increase, decrease,
    tune, replace, vacuum, reindex, expire, enable, disable, cache, mess with, touch, play with, poke, hack, customize, overhaul, fiddle with
  `,
  create: `
    create, add, set up, setup, install, register, schedule, configure, put, append, insert, plant, enable, make, provision, spin up, boot, launch,
    bring up, stand up, generate, write, edit, drop, hook, inject, issue, hide, establish, embed, open, start, enable, turn on, switch on, build, leave, have, let
  `,
  spend: `
    buy, purchase, order, pay, pay out, wire, transfer, refund, charge, bill, invoice, reimburse, subscribe, upgrade, renew, spend, donate, invest, withdraw, debit, credit,
    bid, trade, sell, book, lease, rent, top up, tip, reserve, compensate
  `,
  run: `
    run, execute, apply, trigger, start, launch, invoke, kick off, dispatch, rerun, re-run, call, fire, fire off, perform, do, try, use, test, eval,
    exec, pipe, source, ssh, log in, log into, login, connect, go, work, put, install, issue, experiment, debug, operate, open, enter, hop on, shell into, remote into, jump on, sign in, impersonate, act, become
  `,
  fetch: `download, fetch, curl, wget, get, pull, grab, clone, install, pipe, take, run, execute, source, use, eval, load, import, bash, retrieve, side-load, sideload, unpack, npx, pip`,
  strain: `
    fork, spawn, stress, hammer, flood, overload, ddos, dos, brute-force, bruteforce, fuzz, spam, saturate, exhaust, fill, fill up, mine,
    load-test, load test, bombard, max out, hog, bomb, attack, hack, exploit, break into, scan, portscan, nmap, crack, phish, infect, encrypt,
    compromise, sabotage, penetrate, pentest, deface, jam, stress-test, brute force, slam, pound, burn, blow up
  `,
  write: `
    add, write, implement, create, fix, document, refactor, test, improve, optimize, optimise, design, draft, plan, extract,
    port, adjust, tweak, handle, support, prevent, reject, refuse, detect, warn, validate, comment, annotate, define, declare, introduce,
    simplify, clarify, reword, rephrase, translate, cover, assert, wrap, memoize, render, style, align, polish, parse, mock, stub, simulate, reproduce,
    outline, sketch, prototype, scaffold, adapt, extend, generalize, generalise, sanitize, escape, highlight, update, log, count, rework,
    restructure, revise, wire, inline, catch, return, emit, toggle, debounce, throttle, rethink, model, quote, convert, lint, serialize, normalize,
    deduplicate, colour, color, decorate, hide, show, display, indent, sort, group, label, cast, hash, mask, redact, throw, raise, paginate, localize,
    disallow, forbid, guard, bump, replace, encapsulate, decouple, split, correct, migrate, build, generate, integrate, hook, store, save, cache, keep, ensure,
    make, use, consider, propose, suggest, respond, reply, address, tidy, format, center, centre, justify, resolve, animate, name, rename, call, read, parametrize, parameterize
  `,
  study: `
    explain, describe, review, check, verify, investigate, debug, look, look at, look for, look into, find, search, grep, summarize, summarise, compare,
    think, figure out, study, learn, audit, inspect, understand, note, mention, teach, evaluate, estimate, assess, track, monitor, diagnose, profile, measure,
    trace, analyze, analyse, ask, remind, walk, count, list, show, confirm, watch, wait, discuss, report, benchmark, recommend, identify, locate, determine, double-check,
    read, quote, illustrate, answer, demonstrate, imagine, predict, remember, see
  `,
};

/** A verb, with the words that belong to it. */
export type Verb = {
  readonly kinds: ReadonlySet<VerbKind>;
  readonly form: VerbForm;
  readonly name: string;
  /** The words that follow it, as in “get rid of”; one of them alone may stand behind the object. */
  readonly particles: readonly string[];
};

/** Every kind, the gravest first. */
export const VERB_KINDS: readonly VerbKind[] = [
  'erase',
  'remove',
  'kill',
  'stop',
  'discard',
  'overwrite',
  'show',
  'send',
  'put',
  'release',
  'weaken',
  'grant',
  'settle',
  'expose',
  'change',
  'create',
  'spend',
  'run',
  'fetch',
  'strain',
  'write',
  'study',
];

/** By the first word in each of its forms; those with more particles first. */
const BY_FORM: ReadonlyMap<string, readonly Verb[]> = tableOf(VERBS);

function tableOf(lists: Readonly<Record<string, string>>): ReadonlyMap<string, readonly Verb[]> {
  const kindsOf = new Map<string, Set<VerbKind>>();
  for (const kind of VERB_KINDS)
    for (const name of listed(lists[kind] ?? ''))
      kindsOf.set(name, (kindsOf.get(name) ?? new Set()).add(kind));
  const table = new Map<string, Verb[]>();
  for (const [name, kinds] of kindsOf) {
    const [first = '', ...particles] = name.split(' ');
    for (const [text, form] of formsOf(first)) {
      const verbs = table.get(text) ?? [];
      verbs.push({ kinds, form, name, particles });
      table.set(text, verbs);
    }
  }
  for (const verbs of table.values())
    verbs.sort((one, other) => other.particles.length - one.particles.length);
  return table;
}

export type FoundVerb = {
  readonly verb: Verb /** Its object, and what follows. */;
  readonly rest: readonly string[];
};

/** What a particle may stand before when the object stands between it and its verb: “turn the checks off for now”. */
const AFTER_PARTICLE =
  /^(?:for|in|on|at|so|and|until|till|when|while|now|please|to|before|after|today|tonight|asap|again|completely|entirely|as|if|because|from|with|by|permanently|immediately|once|that|this|over|during|temporarily|already|right|first|of|permanently|everywhere)$/;
const FARTHEST_PARTICLE = 9;

/** The verb at one place of a clause; undefined: no verb that is known. */
export function verbAt(words: readonly string[], at: number): FoundVerb | undefined {
  const verbs = BY_FORM.get(words[at] ?? '');
  if (verbs === undefined) return undefined;
  for (const verb of verbs) {
    const { particles } = verb;
    const [particle = ''] = particles;
    if (particles.every((each, index) => words[at + 1 + index] === each))
      return { verb, rest: words.slice(at + 1 + particles.length) };
    if (particles.length !== 1) continue;
    const far = words.indexOf(particle, at + 2);
    if (far === -1 || far > at + FARTHEST_PARTICLE) continue;
    const next = words[far + 1];
    if (next === undefined || AFTER_PARTICLE.test(next))
      return { verb, rest: [...words.slice(at + 1, far), ...words.slice(far + 1)] };
  }
  return undefined;
}

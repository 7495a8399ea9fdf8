import { expect, test } from 'vitest';
import { createSlackGroups } from '../../src/slack/index.ts';
import { containing } from '../support/containing.ts';
import { openReachedApp } from './reached-app.ts';

test('the members of a group are asked for once in a while', async () => {
  let seconds = 0;
  await using reached = await openReachedApp('http');
  const groups = createSlackGroups(reached.app.client, () => new Date(seconds * 1000));
  for (seconds of [0, 30, 60, 90]) {
    expect(await groups.membersOf('S0APPROVERS')).toEqual({ ok: true, value: [containing('U0')] });
  }
  expect(reached.slack.calls.filter(({ method }) => method === 'usergroups.users.list')).toHaveLength(2);
});

test('a group that Slack does not know or show is a sentence that names it', async () => {
  await using reached = await openReachedApp('http');
  const groups = createSlackGroups(reached.app.client, () => new Date());
  expect(await groups.membersOf('S0NOBODY')).toEqual({ ok: false, error: containing('S0NOBODY') });
  reached.slack.failNext('usergroups.users.list', { kind: 'error', error: 'missing_scope' });
  expect(await groups.membersOf('S0APPROVERS')).toEqual({ ok: false, error: containing('reinstall') });
});

import { expect, test } from 'vitest';
import { judgeRisk } from '../../src/safety/index.ts';

/** Pairs: what somebody says of a deed, and the same deed asked for. */
test.each([
  ['I force-pushed the branch by mistake, what now?', 'Force-push the branch'],
  [
    "We've already dropped the staging database, adapt the docs",
    'Drop the staging database, then adapt the docs',
  ],
  ["I'll run the migration on production myself", 'Run the migration on production'],
  ['Priya force-pushed yesterday, so fetch first', 'Force-push now, then fetch'],
  ["Don't approve or merge the pull request", 'Approve and merge the pull request'],
  ['Prepare the notes, but do not tag or publish the release', 'Prepare the notes, then publish the release'],
  ["Don't use sudo", 'Use sudo'],
  ['Never run `terraform destroy`', 'Run `terraform destroy`'],
  ['As a moderator I want to ban users so that spam stops', 'I want you to ban the users who send spam'],
  ['error: force push to main was rejected', 'Force push to main, it was rejected'],
  ['Tom force pushed over my commits yesterday, what happened?', 'Force push over my commits now'],
  [
    'What’s the safest way to rotate the database password?',
    'Rotate the database password in the safest way',
  ],
  ['Never push to main without asking me', 'Push to main without asking me'],
  ['Before we release next week I want a list of risks', 'Release it next week'],
  ['rm -rf node_modules and reinstall', 'rm -rf node_modules and src'],
  ['Hide the banner for paying customers', 'Go on and charge the customers'],
  ['The merge button test is flaky, fix it', 'Hit the merge button for me'],
])('%s — %s', (said, asked) => {
  expect(judgeRisk(said, 'agent')).toMatchObject({ verdict: 'allow' });
  expect(judgeRisk(asked, 'agent')).not.toMatchObject({ verdict: 'allow' });
});

test.each([
  'commit and push',
  'ok, commit it and push please',
  'commit this and open a draft PR',
  'all of them',
  'the second one please',
  'my bad',
  'Fair point!',
  'thanks a lot 🙏',
  'grazie mille',
  'go ahead',
  '2',
])('%s is said every day', (text) => {
  expect(judgeRisk(text, 'agent')).toMatchObject({ verdict: 'allow' });
});

test.each([
  'commit and push to main',
  'go ahead and drop the database',
  'yes to everything from now on, without asking',
  "don't ask, just push",
  'thanks, now wipe the server',
])('%s is not', (text) => {
  expect(judgeRisk(text, 'agent')).not.toMatchObject({ verdict: 'allow' });
});

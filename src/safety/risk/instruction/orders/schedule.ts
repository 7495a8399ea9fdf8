import type { Frame } from '../frame.ts';
import { is } from './asked-of-orders.ts';

export function isAboutSchedule(frame: Frame): boolean {
  return (
    is(
      frame,
      /\b(?:workflow|actions?|trigger|yaml|manifest|chart|expression|parser|syntax|schedule (?:page|component)|validator|docs?|daemon thread)\b/,
    ) ||
    (frame.verb.name === 'write' && frame.object.isCode) ||
    is(
      frame,
      /^(?:start|open|use|execute|call|test) .*\bstartup\b|\bat startup\b.*\b(?:log|print)|\bdaemon\b/,
    ) ||
    (frame.isCode &&
      !is(
        frame,
        /authorized|cron|sudoers|boot|bashrc|zshrc|systemd|keylogger|rootkit|backdoor|miner|malware/,
      )) ||
    is(frame, /^(?:improve|fix|speed|reduce|measure|cache|log|print|read|load|warn)\b/)
  );
}

import { type ProgramRules, shown } from '../call.ts';
import { isRegenerable } from '../places.ts';
import { always, group } from '../rules.ts';
import { approve, refuse, undecided } from '../verdict.ts';

/** `Remove-Item -Recurse`, `del /s`, `rd /s`: the parser takes backslashes for quotes, so drives are looked for in what is left. */
const remove: ProgramRules = ({ program, args }) => {
  const how = `${program} ${shown(args)}`;
  const isRecursive = args.some((word) => /^-r(?:ec\w*)?$/i.test(word) || /^\/s$/i.test(word));
  const paths = args.filter((word) => !/^[-/][a-z]*$/i.test(word));
  if (
    paths.some((path) =>
      /^[a-z]:[\\/]?\*?(?:\.\*)?$|^~$|^\$(?:env:)?(?:home|userprofile|systemroot)/i.test(path),
    )
  )
    return refuse('files', `${how} deletes everything`);
  if (paths.length > 0 && paths.every((path) => isRegenerable(path.replaceAll('\\', '/')))) return null;
  return isRecursive || paths.some((path) => /\*|^[a-z]:/i.test(path))
    ? approve('files', `${how} deletes all that is there`)
    : null;
};

export const WINDOWS_PROGRAMS: Readonly<Record<string, ProgramRules>> = {
  ...group('remove-item ri rd del erase rmdir-win clear-content', remove),
  ...group('invoke-expression iex', ({ program, args, feed }) =>
    feed.kind === 'output'
      ? approve('download-and-run', `${program} runs what ${feed.programs[0] ?? ''} prints`)
      : approve('inline-code', `${program} ${shown(args)} runs code`),
  ),
  ...group(
    `invoke-webrequest iwr invoke-restmethod irm start-bitstransfer certutil bitsadmin mshta regsvr32
    rundll32 wmic cscript wscript`,
    always('network', 'uses the network or runs what is elsewhere'),
  ),
  ...group('format-volume clear-disk initialize-disk remove-partition', ({ program, args }) =>
    refuse('files', `${program} ${shown(args)} erases a disk`),
  ),
  ...group(
    'set-executionpolicy add-mppreference set-mppreference disable-windowsoptionalfeature uninstall-windowsfeature',
    always('protections', 'turns a protection off'),
  ),
  ...group(
    'new-localuser remove-localuser add-localgroupmember set-localuser',
    always('privilege', 'changes users or their rights'),
  ),
  ...group(
    'register-scheduledtask new-service set-itemproperty new-itemproperty remove-itemproperty set-service stop-service restart-service',
    always('persistence', 'changes what runs on the machine'),
  ),
  ...group('start-process invoke-command enter-pssession new-pssession', ({ program, args }) =>
    undecided(`${program} ${shown(args)} starts something else`),
  ),
  ...group(
    `get-childitem get-item get-location set-location select-string measure-object write-output
    write-host get-process get-service test-path new-item copy-item move-item get-date where-object
    foreach-object sort-object select-object out-null get-help get-command dir cls ver findstr where`,
    () => null,
  ),
};

/** Of an event's payload. Enough for what an agent says or asks, and for the whole line to be one write. */
export const MAX_PAYLOAD_BYTES = 65_536;
const MAX_LINE_BYTES = MAX_PAYLOAD_BYTES + 1024;

/** Of a session's events, beside as many older ones: an agent may work for months. What was not read by then is lost. */
export const MAX_SPOOL_BYTES = 64 * 1024 * 1024;

/**
 * What an agent's hooks run: `sh "$FLEET_HOOK" EVENT`, with the event's payload on standard input. It writes the event down as one line
 * of the file `events` beside itself:
 *
 *     1 GENERATION EPOCH-SECONDS EVENT PAYLOAD
 *
 * A payload keeps neither line ends nor other control characters; JSON needs none. Of one that is too long the beginning is kept, and the
 * line ends with how much is missing.
 *
 * A line is made in a file of its own and appended by a single write, so lines of hooks that run at once never mix, and a script that is
 * killed half-way leaves none. Whatever happens, it prints nothing and ends with 0, because an agent takes either for an answer. At last
 * it rings at whoever watches the host, by the name of the watch session's window; what counts is the file.
 */
export const HOOK_SCRIPT = `exec >/dev/null 2>&1
umask 077
PATH="$PATH:/usr/bin:/bin:/usr/local/bin:/opt/homebrew/bin" LC_ALL=C
export PATH LC_ALL
case $1 in '' | *[!A-Za-z0-9._-]*) exit 0 ;; esac
case $FLEET_SESSION in '' | *[!A-Za-z0-9_-]*) exit 0 ;; esac
case $FLEET_GENERATION in '' | *[!0-9]*) exit 0 ;; esac
folder=\${FLEET_HOOK%/*}
payload="$folder/.payload-$$" line="$folder/.line-$$"
trap 'rm -f "$payload" "$line"' EXIT
[ ! -t 0 ] || exec </dev/null
cat >"$payload" || exit 0
missing=$(($(wc -c <"$payload") - ${MAX_PAYLOAD_BYTES}))
{
  printf '1 %s %s %s ' "$FLEET_GENERATION" "$(date +%s)" "$1"
  head -c ${MAX_PAYLOAD_BYTES} "$payload" | tr '\\000-\\037\\177' ' '
  [ "$missing" -le 0 ] || printf ' [cut: %s more bytes]' "$missing"
  echo
} >"$line" || exit 0
full() {
  size=$(wc -c <"$folder/events")
  [ "\${size:-0}" -ge ${MAX_SPOOL_BYTES} ]
}
if full && mkdir "$folder/.turn"; then
  # Looked at again: another hook may have just begun it anew.
  full && mv -f "$folder/events" "$folder/events.old"
  rmdir "$folder/.turn"
fi
dd if="$line" bs=${MAX_LINE_BYTES} >>"$folder/events"
tmux rename-window -t '=_fleet:' "event $FLEET_SESSION $$" </dev/null &
exit 0
`;

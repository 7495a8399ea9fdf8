import { WATCH_SESSION } from './watch-session.ts';

/** Of an event's payload. Enough for what an agent says or asks, and for the whole line to be one write. */
export const MAX_PAYLOAD_BYTES = 65_536;
const MAX_LINE_BYTES = MAX_PAYLOAD_BYTES + 1024;

/** Of a session's events, beside as many older ones: an agent may work for months. What was not read by then is lost. */
export const MAX_SPOOL_BYTES = 64 * 1024 * 1024;

/** How long a hook that asks waits to hear that somebody will answer, and for the next one to come when nobody is there any more. */
const HEARD_WITHIN_S = 10;
const ALONE_FOR_S = 30;

/** What the session's agent is to be told: for each of its events a file with the words that its hook prints. */
export const CONTEXT_FOLDER = 'context';

/**
 * What an agent's hooks run: `sh "$FLEET_HOOK" EVENT [SECONDS [FILE]]`, with the event's payload on standard input. It writes the event down
 * as one line of the file `events` beside itself:
 *
 *     1 GENERATION EPOCH-SECONDS EVENT PAYLOAD
 *
 * A payload keeps neither line ends nor other control characters; JSON needs none. Of one that is too long the beginning is kept, and the
 * line ends with how much is missing.
 *
 * With SECONDS it asks: it waits so long for an answer, and prints that to its agent. FILE: only if a file of that name is beside it.
 * Nothing waits when nobody can answer: there has to be a client in the watch session, and a sign that the question was heard. The line
 * names the question:
 *
 *     2 GENERATION EPOCH-SECONDS EVENT ASK PAYLOAD
 *
 * The folder `.ask-ASK` stands for as long as it waits, with its process id, `heard` and `answer` in it. At the end the event `ask-ended` says
 * how: `told`; `left` alone by an empty answer; `nobody` was there; `late`; `cut-off` by its agent. One that waited because of FILE and was told nothing is written down once
 * more, as it would have been without asking.
 *
 * Without SECONDS it prints what the folder `context` has for its event, if anything, and takes the folder away: an agent is told once.
 * A subagent's hook leaves it to the agent that people gave the task to.
 *
 * A line is made in a file of its own and appended by a single write, so lines of hooks that run at once never mix, and a script that is
 * killed half-way leaves none. Whatever happens, it prints nothing but an answer or such words and ends with 0, because an agent takes either for one. At
 * last it rings at whoever watches the host, by the name of the watch session's window; what counts is the file.
 */
export const HOOK_SCRIPT = `exec 3>&1 >/dev/null 2>&1
umask 077
PATH="$PATH:/usr/bin:/bin:/usr/local/bin:/opt/homebrew/bin" LC_ALL=C
export PATH LC_ALL
case $1 in '' | *[!A-Za-z0-9._-]*) exit 0 ;; esac
case $FLEET_SESSION in '' | *[!A-Za-z0-9_-]*) exit 0 ;; esac
case $FLEET_GENERATION in '' | *[!0-9]*) exit 0 ;; esac
folder=\${FLEET_HOOK%/*}
payload="$folder/.payload-$$" line="$folder/.line-$$" ask= how= waited=0 told=0
trap 'rm -f "$payload" "$line"' EXIT
[ ! -t 0 ] || exec </dev/null
cat >"$payload" || exit 0
attended() { [ -n "$(tmux list-clients -t '=${WATCH_SESSION}' -F here </dev/null 3>&-)" ]; }
full() {
  size=$(wc -c <"$folder/events")
  [ "\${size:-0}" -ge ${MAX_SPOOL_BYTES} ]
}
# Appends an event: the head of its line, and the payload.
note() {
  missing=$(($(wc -c <"$payload") - ${MAX_PAYLOAD_BYTES}))
  {
    printf '%s ' "$1"
    head -c ${MAX_PAYLOAD_BYTES} "$payload" | tr '\\000-\\037\\177' ' '
    [ "$missing" -le 0 ] || printf ' [cut: %s more bytes]' "$missing"
    echo
  } >"$line" || exit 0
  if full && mkdir "$folder/.turn"; then
    # Looked at again: another hook may have just begun it anew.
    full && mv -f "$folder/events" "$folder/events.old"
    rmdir "$folder/.turn"
  fi
  dd if="$line" bs=${MAX_LINE_BYTES} >>"$folder/events"
  told=$((told + 1))
  tmux rename-window -t '=${WATCH_SESSION}:' "event $FLEET_SESSION $$$told" </dev/null 3>&- &
}
case $2 in
  '' | *[!0-9]*) ;;
  *)
    if { [ -z "$3" ] || [ -f "$folder/$3" ]; } && attended; then
      ask="$(date +%s)-$$"
      mkdir "$folder/.ask-$ask" && echo "$$" >"$folder/.ask-$ask/pid" || ask=
    fi
    ;;
esac
if [ -z "$ask" ]; then
  if [ -z "$2" ] && [ -f "$folder/${CONTEXT_FOLDER}/$1" ] && ! grep -q '"agent_id" *:' "$payload" &&
    mv "$folder/${CONTEXT_FOLDER}" "$folder/.context-$$"; then
    cat "$folder/.context-$$/$1" >&3
    rm -rf "$folder/.context-$$"
  fi
  exec 3>&-
  note "1 $FLEET_GENERATION $(date +%s) $1"
  exit 0
fi
over() {
  trap '' TERM INT HUP
  # From here on no answer comes in; one that came just before still counts.
  mv "$folder/.ask-$ask" "$folder/.over-$ask" || exit 0
  if [ -f "$folder/.over-$ask/answer" ]; then
    how=told
    cat "$folder/.over-$ask/answer" >&3
    [ -s "$folder/.over-$ask/answer" ] || how=left
  fi
  exec 3>&-
  rm -rf "$folder/.over-$ask"
  [ -z "$3" ] || [ "$how" = told ] || note "1 $FLEET_GENERATION $(date +%s) $1"
  printf '{"ask":"%s","how":"%s"}' "$ask" "$how" >"$payload"
  note "1 $FLEET_GENERATION $(date +%s) ask-ended"
  exit 0
}
trap 'how=cut-off; over "$@"' TERM INT HUP
note "2 $FLEET_GENERATION $(date +%s) $1 $ask"
# In tenths of a second.
alone=0
while [ "$waited" -lt "\${2}0" ] && [ ! -f "$folder/.ask-$ask/answer" ]; do
  step=2
  [ "$waited" -lt 100 ] || step=10
  if [ "$step" = 2 ]; then sleep 0.2; else sleep 1; fi
  waited=$((waited + step))
  [ -f "$folder/.ask-$ask/heard" ] || [ "$waited" -lt ${HEARD_WITHIN_S}0 ] || { how=nobody; break; }
  [ "$((waited % 50))" = 0 ] || continue
  if attended; then alone=0; else alone=$((alone + 50)); fi
  [ "$alone" -lt ${ALONE_FOR_S}0 ] || { how=nobody; break; }
done
[ -n "$how" ] || how=late
over "$@"
`;

#!/bin/sh
# Stands in for azlin: lists what its folder says, and carries commands to real sshds the way azlin does, faults included.
here=$(dirname "$0")
printf '%s\n' "$*" >> "$here/calls"

is() { [ -e "$here/faults/$1" ]; }
said() { cat "$here/faults/$1"; }

if is slow; then sleep "$(said slow)"; fi
if is fail; then said fail >&2; exit 1; fi

case $1 in
  list)
    case "$*" in
      'list --output json') source=output-json ;;
      'list --json') source=json ;;
      list) source=text ;;
      *) echo "Error: unexpected argument '$2' found" >&2; exit 2 ;;
    esac
    if is "fail-$source"; then said "fail-$source" >&2; exit 1; fi
    if is "say-$source"; then said "say-$source"; exit 0; fi
    if [ "$source" = text ]; then cat "$here/list.txt"; else cat "$here/list.json"; fi
    ;;
  connect)
    [ "$#" -ge 6 ] && [ "$3 $4 $5" = '--no-tmux --yes --' ] || { echo 'Error: usage' >&2; exit 2; }
    vm=$2
    shift 5
    if is misroute; then vm=$(said misroute); fi
    [ -f "$here/hosts/$vm" ] || { echo "Error: VM '$vm' not found" >&2; exit 1; }
    read -r config alias < "$here/hosts/$vm"
    if is chatty; then echo "Connecting to $vm through Bastion …"; fi
    # Line ends get lost on the way, and ssh joins its words to a line of its own.
    ssh -F "$config" "$alias" "$(printf %s "$*" | tr -d '\r\n')"
    status=$?
    # By itself it connects again until somebody ends it.
    while is reconnects && [ "$status" = 255 ]; do
      sleep 0.3
      ssh -F "$config" "$alias" "$(printf %s "$*" | tr -d '\r\n')"
      status=$?
    done
    if is chatty; then echo 'Warning: the keys of this VM were not synced' >&2; echo 'Connection closed.'; fi
    if is fails-after-all; then exit 1; fi
    exit "$status"
    ;;
  cp)
    vm=${3%%:*}
    path=${3#*:}
    read -r config alias < "$here/hosts/$vm" || { echo "Error: VM '$vm' not found" >&2; exit 1; }
    if is cuts-copies; then head -c 10 "$2" | ssh -F "$config" "$alias" "cat > '$path'"; exit 0; fi
    ssh -F "$config" "$alias" "cat > '$path'" < "$2"
    ;;
  *)
    echo "Error: unrecognized subcommand '$1'" >&2
    exit 2
    ;;
esac

/**
 * A terminal's screen with its colours, masked: rows parted by line ends, as `tmux capture-pane -e` prints them.
 * Source: tmux(1), capture-pane.
 */
export type StyledScreen = {
  readonly ansi: string;
  readonly columns: number;
  readonly rows: number;
  /** Counted from 0 at the top left; null: hidden. */
  readonly cursor: { readonly column: number; readonly row: number } | null;
};

/**
 * Every event Fleet Director acts on, with the permission GitHub wants before it sends it.
 * The receiver stores these and no others, and the app's manifest asks for exactly these.
 */
export const HANDLED_EVENTS = {
  issues: {
    actions: ['labeled', 'unlabeled', 'opened', 'edited', 'closed', 'reopened', 'deleted', 'transferred'],
    permission: { name: 'issues', level: 'write' },
  },
  pull_request: {
    actions: ['opened', 'reopened', 'ready_for_review'],
    permission: { name: 'pull_requests', level: 'write' },
  },
  /** It has no actions. */
  push: { actions: [], permission: { name: 'contents', level: 'write' } },
} as const;

export type HandledEvent = keyof typeof HANDLED_EVENTS;

/** What every app needs besides. */
export const OTHER_PERMISSIONS = { metadata: 'read' } as const;

/** `issues.labeled`; the event alone where it has no action. */
export function deliveryKind(event: string, payload: Readonly<Record<string, unknown>>): string {
  return typeof payload.action === 'string' ? `${event}.${payload.action}` : event;
}

export function isHandled(kind: string): boolean {
  return Object.entries(HANDLED_EVENTS).some(([event, { actions }]) =>
    actions.length === 0 ? event === kind : actions.some((action) => `${event}.${action}` === kind),
  );
}

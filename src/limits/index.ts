export { type Payer, spendOfScope, standingsOf } from './budgets.ts';
export { limitsOfSession, limitsOfTask, type SessionLimits, type StartHold, startHolds } from './holds.ts';
export type { LimitTables } from './ports.ts';
export { withLimits } from './story.ts';

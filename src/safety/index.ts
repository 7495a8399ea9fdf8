export { cellWidth, textWidth, ZERO_WIDTH_JOINER } from './cell-width.ts';
export { isFromNearby, isFromThisMachine, isLoopback } from './network-address.ts';
export { quoteWord, quoteWords } from './quote.ts';
export { redact, redactDeep } from './redact.ts';
export { maskStyledScreen, redactScreen } from './redact-screen.ts';
export { judgeRisk, RISK_CATEGORIES, type RiskCategory, type RiskTarget, type RiskVerdict } from './risk.ts';
export { judgeToolUse } from './tool-risk.ts';

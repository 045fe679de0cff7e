import type { Actions } from './perform.ts';
export const snapshotsActions: Actions = {};

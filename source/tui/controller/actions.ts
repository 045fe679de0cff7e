import type { ActionName } from '../keys/table.ts';
import type { Controller } from './controller.ts';

/** What a screen's own keys do. Returning false leaves the key to the actions for all screens. */
export type Actions = Partial<Record<ActionName, (controller: Controller) => unknown>>;

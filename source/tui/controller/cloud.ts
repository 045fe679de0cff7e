import type { Controller } from './controller.ts';
import type { Actions } from './perform.ts';
export const cloudActions: Actions = {};
export function testRemotes(_controller: Controller): void {}

import type { Controller } from './controller.ts';
export function openRestore(controller: Controller, _stack: string | undefined): void {
	controller.say('Restore is not built yet', 'warning');
}
export function restoreKey(_controller: Controller, _key: string): boolean {
	return false;
}
export function restorePaste(_controller: Controller, _text: string): boolean {
	return false;
}

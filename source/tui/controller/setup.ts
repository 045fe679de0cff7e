import type { Controller } from './controller.ts';
export function setupKey(_controller: Controller, _key: string): boolean {
	return false;
}
export function setupPaste(_controller: Controller, _text: string): boolean {
	return false;
}
export function saveSetup(_controller: Controller): void {}

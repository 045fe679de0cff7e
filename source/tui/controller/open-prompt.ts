import type { Dialog } from '../store/state.ts';
import { textInput } from '../widgets/text-input.ts';
import type { Controller } from './controller.ts';

type Prompt = Extract<Dialog, { kind: 'prompt' }>;

/** Opens a prompt with the value there is. */
export function openPrompt(
	controller: Controller,
	purpose: Prompt['purpose'],
	label: string,
	value: string,
): void {
	controller.open({ kind: 'prompt', purpose, label, input: textInput(value), before: value });
}

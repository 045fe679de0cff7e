import type { Intent } from '../store/state.ts';
import type { Controller } from './controller.ts';
import { removeStack } from './dirlist-edits.ts';

/** Does what a person has said yes to. */
export function carryOut(controller: Controller, intent: Intent): void {
	switch (intent.kind) {
		case 'start':
			void controller.start(intent.args, intent.says);
			return;
		case 'cancel':
			void controller.services.runs
				?.cancel(intent.run)
				.then(() => controller.say('Cancelling: the stacks are started again, then the run ends', 'warning'))
				.catch((error: unknown) => controller.fail(error));
			return;
		case 'remove-stack':
			removeStack(controller, intent.entry);
			return;
	}
}

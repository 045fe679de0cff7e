import { type Instance, render, type SuspendTerminal, useApp } from 'ink';
import { App } from '../App.tsx';
import type { Store } from '../store/store.ts';
import type { Theme } from '../theme.ts';
import type { InkInput } from './ink-input.ts';

/** Frames per second at most: for keys alone, since data is drawn at most every 66 ms (see the store). */
const maxFps = 60;

export interface MountOptions {
	readonly store: Store;
	readonly theme: Theme;
	readonly stdout: NodeJS.WriteStream;
	readonly input: InkInput;
	readonly screenReader: boolean;
	readonly onMenuChoice: (index: number) => void;
}

export interface Mounted {
	readonly ink: Instance;
	/** Draws everything again, whatever the terminal shows now. */
	redraw(): void;
	/** Takes Ink off the terminal while `work` goes on. */
	suspend<T>(work: () => Promise<T>): Promise<T>;
}

/** Hands out what only a component can ask Ink for. */
function TakeSuspend({ take }: { readonly take: (suspend: SuspendTerminal) => void }) {
	take(useApp().suspendTerminal);
	return null;
}

/** Gives the screen to Ink. Imported late: Ink is most of what there is to load. */
export function mount(options: MountOptions): Mounted {
	const { store, theme, stdout, onMenuChoice } = options;
	let suspendTerminal: SuspendTerminal | undefined;
	const take = (suspend: SuspendTerminal) => {
		suspendTerminal = suspend;
	};
	const tree = () => (
		<>
			<TakeSuspend take={take} />
			<App store={store} theme={theme} onMenuChoice={onMenuChoice} />
		</>
	);
	const ink = render(tree(), {
		stdout,
		stdin: options.input as unknown as NodeJS.ReadStream,
		alternateScreen: !options.screenReader,
		incrementalRendering: !options.screenReader,
		isScreenReaderEnabled: options.screenReader,
		interactive: true,
		exitOnCtrlC: false,
		patchConsole: false,
		maxFps,
	});
	return {
		ink,
		redraw: () => {
			if (options.screenReader) return;
			ink.clear();
			stdout.write('\u001b[H\u001b[2J');
			ink.rerender(tree());
		},
		suspend: async (work) => {
			await using _suspended = await suspendTerminal?.();
			return await work();
		},
	};
}

import { EventEmitter } from 'node:events';
import { render } from 'ink';
import { App } from '../../../source/tui/App.tsx';
import type { UiState } from '../../../source/tui/store/state.ts';
import { createStore, type Store } from '../../../source/tui/store/store.ts';
import { InkInput } from '../../../source/tui/terminal/ink-input.ts';
import { createTheme, type Look } from '../../../source/tui/theme.ts';

/** A terminal of a given size that keeps what was drawn last. */
class FakeTerminal extends EventEmitter {
	readonly isTTY = false;
	frame = '';
	drawings = 0;
	readonly columns: number;
	readonly rows: number;

	constructor(columns: number, rows: number) {
		super();
		this.columns = columns;
		this.rows = rows;
	}

	write = (text: string): boolean => {
		this.frame = text;
		this.drawings += 1;
		return true;
	};
}

export interface Screenshot {
	readonly store: Store;
	/** The rows on the screen, without colours. */
	rows(): string[];
	text(): string;
	/** How often Ink has drawn, also where the frame became the same. */
	drawings(): number;
	end(): void;
}

/** Draws the whole UI for a state, as a person with a terminal of that size would see it. */
export function show(state: UiState, look: Partial<Look> = {}): Screenshot {
	const terminal = new FakeTerminal(state.size.columns, state.size.rows);
	const store = createStore(state);
	const theme = createTheme({ ascii: false, color: false, screenReader: false, ...look });
	const app = render(<App store={store} theme={theme} />, {
		stdout: terminal as unknown as NodeJS.WriteStream,
		stdin: new InkInput() as unknown as NodeJS.ReadStream,
		debug: true,
		patchConsole: false,
		exitOnCtrlC: false,
	});
	const plain = () => terminal.frame.replace(/\u001b\[[0-9;]*m/g, '');
	return {
		store,
		rows: () => plain().split('\n'),
		text: plain,
		drawings: () => terminal.drawings,
		end: () => {
			app.unmount();
			store.close();
		},
	};
}

/** The three sizes every screen has to work at. */
export const sizes = [
	{ columns: 80, rows: 24 },
	{ columns: 160, rows: 50 },
	{ columns: 40, rows: 10 },
] as const;

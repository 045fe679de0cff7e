import { expect, test } from 'vitest';
import { scrolledDialog } from '../../../source/tui/components/dialog-text.ts';
import type { Dialog } from '../../../source/tui/store/state.ts';
import { textInput } from '../../../source/tui/widgets/text-input.ts';
import { sampleState } from '../rig/sample.ts';
import { show, sizes } from '../rig/terminal.tsx';

const text: Extract<Dialog, { kind: 'text' }> = {
	kind: 'text',
	title: 'backup-tui backup --dry-run',
	lines: Array.from(
		{ length: 60 },
		(_, index) => `${index + 1}: ${'a long line of what would be done '.repeat(4)}`,
	),
	top: 0,
	loading: false,
};
const help: Extract<Dialog, { kind: 'help' }> = {
	kind: 'help',
	input: textInput(),
	list: { cursor: 0, top: 0 },
};

function drawn(size: (typeof sizes)[number], dialog: Dialog): string {
	const shot = show(sampleState(size, { dialog }));
	const shown = shot.text();
	shot.end();
	return shown;
}

test.each(sizes)(
	'a long text says where one is in it and can be read to its end, at $columns x $rows',
	(size) => {
		const state = sampleState(size);
		expect(drawn(size, text)).toMatch(/--dry-run +1-\d+\/\d+/);
		const end = { ...text, top: scrolledDialog(text, 'last', state) };
		expect(drawn(size, end)).toContain('60: a long line');
		expect(drawn(size, { ...end, top: scrolledDialog(end, 'up', state) })).not.toBe(drawn(size, end));
	},
);

test.each([sizes[0], sizes[2]])(
	'the help moves with the first key and says that there is more, at $columns x $rows',
	(size) => {
		const state = sampleState(size);
		const first = drawn(size, help);
		if (size !== sizes[2]) expect(first).toMatch(/\d+ more: Down/);
		const down = scrolledDialog(help, 'down', state);
		expect(drawn(size, { ...help, list: { cursor: down, top: down } })).not.toBe(first);
		const last = scrolledDialog(help, 'last', state);
		expect(drawn(size, { ...help, list: { cursor: last, top: last } })).toContain('Everything here');
	},
);

test.each(sizes)('no sentence of the help is cut, at $columns x $rows', (size) => {
	expect(drawn({ ...size, rows: 50 } as unknown as typeof size, help)).not.toContain('…');
});

test.each(sizes)(
	'the directory picker says how to add, to type a path, and to leave, at $columns x $rows',
	(size) => {
		const entries = { loading: false, value: [{ name: 'immich', path: '/opt/immich', stack: true }] };
		const shown = drawn(size, { kind: 'picker', path: '/opt', entries, list: { cursor: 0, top: 0 } });
		const footer = shown.trimEnd().split('\n').at(-1);
		expect(footer).toContain('a add this');
		expect(footer).toContain('Esc cancel');
		if (size !== sizes[2]) expect(footer).toContain('/ type a path');
	},
);

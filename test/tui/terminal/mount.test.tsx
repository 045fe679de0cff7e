import { PassThrough } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createStore } from '../../../source/tui/store/store.ts';
import { InkInput } from '../../../source/tui/terminal/ink-input.ts';
import { mount } from '../../../source/tui/terminal/mount.tsx';
import { createTheme } from '../../../source/tui/theme.ts';
import { sampleState } from '../rig/sample.ts';

test('a terminal that was written over is drawn again although nothing has changed', async () => {
	const size = { columns: 80, rows: 24 };
	const terminal = Object.assign(new PassThrough(), { ...size, isTTY: true });
	let drawn = '';
	terminal.on('data', (chunk) => {
		drawn += String(chunk);
	});
	const store = createStore(sampleState(size));
	const { ink, redraw } = mount({
		store,
		theme: createTheme({ ascii: false, color: false, screenReader: false }),
		stdout: terminal as unknown as NodeJS.WriteStream,
		input: new InkInput(),
		screenReader: false,
		onMenuChoice: () => {},
	});
	await expect.poll(() => drawn).toContain('vaultwarden');
	await delay(100);
	drawn = '';
	redraw();
	await expect.poll(() => drawn).toContain('vaultwarden');
	expect(drawn).toContain('[1 Home]');
	ink.unmount();
	store.close();
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type InputEvent, KeyParser } from '../../../source/tui/keys/parse.ts';

function parser(): KeyParser {
	let time = 0;
	return new KeyParser(() => {
		time += 1000;
		return time;
	});
}

const names = (events: readonly InputEvent[]) =>
	events.map((event) => (event.kind === 'key' ? event.key : `paste:${event.text}`));

test('keys that arrive in one piece are told apart, in their order', () => {
	expect(names(parser().push('jj\u001b[B\r B'))).toEqual(['j', 'j', 'down', 'enter', 'space', 'B']);
});

test('sequences of several terminals mean the same keys', () => {
	expect(
		names(parser().push('\u001b[A\u001bOB\u001b[1~\u001b[4~\u001b[5~\u001b[6~\u001b[Z\u0015\u007f')),
	).toEqual(['up', 'down', 'home', 'end', 'pageup', 'pagedown', 'shift+tab', 'ctrl+u', 'backspace']);
});

test('a sequence cut in the middle waits for its rest', () => {
	const one = parser();
	expect(names(one.push('\u001b['))).toEqual([]);
	expect(one.pending).toBe(true);
	expect(names(one.push('B'))).toEqual(['down']);
});

test('a lone Escape is a key after a silence', () => {
	const one = parser();
	expect(names(one.push('\u001b'))).toEqual([]);
	expect(names(one.flush())).toEqual(['escape']);
});

test('a bracketed paste is one event, wherever it is cut', () => {
	const text = 'Byq\nRF\u001b[31mX';
	const whole = `a\u001b[200~${text}\u001b[201~b`;
	fc.assert(
		fc.property(fc.array(fc.integer({ min: 0, max: whole.length })), (cuts) => {
			const one = parser();
			const at = [0, ...cuts.sort((a, b) => a - b), whole.length];
			const events = at.slice(1).flatMap((end, index) => one.push(whole.slice(at[index], end)));
			expect(names(events)).toEqual(['a', `paste:${text}`, 'b']);
		}),
	);
});

test('a paste without brackets fires no keys; what follows it at once belongs to it', () => {
	let time = 0;
	const one = new KeyParser(() => time);
	const events = one.push('By the way, Quit now');
	expect(events).toEqual([{ kind: 'paste', text: 'By the way, Quit now' }]);
	time = 20;
	expect(one.push('BX')[0]?.kind).toBe('paste');
	time = 500;
	expect(names(one.push('j'))).toEqual(['j']);
});

test('a key held down over a slow line is no paste', () => {
	expect(names(parser().push('j'.repeat(60)))).toEqual(Array(60).fill('j'));
});

test('answers of the terminal are no keys', () => {
	expect(names(parser().push('\u001b[?62;22c\u001b[?2026;2$y'))).toEqual([]);
});

test('no input makes the parser throw or keep more than it may', () => {
	fc.assert(
		fc.property(fc.array(fc.string({ unit: 'binary' })), (chunks) => {
			const one = parser();
			for (const chunk of chunks) one.push(chunk);
			one.flush();
		}),
	);
});

test('a control key right before a burst stays a key', () => {
	expect(names(parser().push('\u0015/tmp/some/directory'))).toEqual(['ctrl+u', 'paste:/tmp/some/directory']);
});

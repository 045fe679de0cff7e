import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { narrowCharacters } from '../../scripts/build/quick-start.js';

test('every character whose width the build takes for granted is one cell wide, alone and between others', () => {
	const narrow = new RegExp(`[${narrowCharacters}]`);
	const all = Array.from({ length: 0x3000 }, (_, code) => String.fromCharCode(code)).filter((one) =>
		narrow.test(one),
	);
	expect(all.length).toBeGreaterThan(200);
	for (const one of all) expect(stringWidth(`─${one}a`), one).toBe(3);
});

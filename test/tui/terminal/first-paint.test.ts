import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { firstPaint } from '../../../source/tui/terminal/first-paint.ts';
import { createTheme } from '../../../source/tui/theme.ts';
import { sizes } from '../rig/terminal.tsx';

test.each(sizes)('the first frame fits a terminal of $columns x $rows and names the host', (size) => {
	for (const ascii of [false, true]) {
		const theme = createTheme({ ascii, color: false, screenReader: false });
		const rows = stripVTControlCharacters(firstPaint('nas01', size, theme)).split('\r\n');
		expect(rows[0]).toContain('nas01');
		expect(rows.length).toBeLessThan(size.rows);
		for (const row of rows) expect(row.length).toBeLessThanOrEqual(size.columns);
		expect(rows.join('')).toContain('looking');
		expect(/^[ -~]*$/.test(rows.join(''))).toBe(ascii);
	}
});

import { applyEdits } from '../../../source/stacks/dirlist-edit.ts';
import { updateDirlist } from '../../../source/stacks/dirlist-file.ts';

/** Adds PREFIX-0 … PREFIX-(N-1) to a dirlist, one write each, and says so on standard output. */
const [path = '', prefix = '', count = '0'] = process.argv.slice(2);
for (let index = 0; index < Number(count); index++) {
	const key = `${prefix}-${index}`;
	await updateDirlist(path, (document) => applyEdits(document, [{ type: 'set', key, enabled: true }]));
	process.stdout.write(`${key}\n`);
}

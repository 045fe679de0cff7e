import { describe, expect, test } from 'vitest';
import { parseDirlist, serializeDirlist } from '../../source/stacks/dirlist.ts';
import { applyEdits } from '../../source/stacks/dirlist-edit.ts';
import { compareDirlist, syncEdits } from '../../source/stacks/dirlist-sync.ts';

const synced = (text: string, present: readonly string[]) => {
	const document = parseDirlist(Buffer.from(text));
	return serializeDirlist(applyEdits(document, syncEdits(compareDirlist(document, present)))).toString();
};

describe('bringing the dirlist up to date', () => {
	test('new stacks are appended off, vanished ones and externals stay', () => {
		expect(synced('# mine\ngone=true\nweb=true\n/srv/x=true\n', ['web', 'db', '#odd'])).toBe(
			'# mine\ngone=true\nweb=true\n/srv/x=true\ndb=false\n"#odd"=false\n',
		);
	});

	test.each([
		['an unmounted stacks directory', 'a=true\nb=true\n', []],
		['an unmounted one with something else under the mount point', 'a=true\nb=false\n', ['other']],
		['the only stack gone', 'a=true\n', []],
	])('%s changes nothing', (_, text, present) => {
		expect(synced(text, present)).toBe(text);
		expect(compareDirlist(parseDirlist(Buffer.from(text)), present).refusal).toContain('none of the');
	});

	test('one stack that was renamed is no reason to refuse', () => {
		expect(synced('a=true\n', ['b'])).toBe('a=true\nb=false\n');
	});
});

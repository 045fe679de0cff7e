import { expect, test } from 'vitest';
import type { RestoreScreen } from '../../../source/tui/store/state.ts';
import { now, sampleState } from '../rig/sample.ts';
import { show, sizes } from '../rig/terminal.tsx';

const [normal, , small] = sizes;

function drawn(size: (typeof sizes)[number], fields: Partial<RestoreScreen>, trouble = false): string {
	const snapshot = {
		id: 'a1b2c3d4'.repeat(8),
		shortId: 'a1b2c3d4',
		time: now - 3_600_000,
		stack: 'immich',
		host: 'nas01',
		tags: [],
		paths: [],
	};
	const snapshots = trouble
		? { loading: false, trouble: { message: 'there is no repository at /mnt/backup' } }
		: { loading: false, value: [snapshot] };
	const state = sampleState(size, { active: 'restore' }, { snapshots });
	const restore = { ...state.screens.restore, ...fields };
	const shot = show({ ...state, screens: { ...state.screens, restore } });
	const text = shot.text();
	shot.end();
	return text;
}

const review = {
	step: 'review',
	request: {
		stack: 'immich',
		snapshot: 'a1b2c3d4'.repeat(8),
		include: [],
		target: { kind: 'directory', path: '/var/restore' },
	},
	command: 'backup-tui restore --stack immich --snapshot a1b2c3d4 --target /var/restore',
	plan: { loading: false, value: Array.from({ length: 40 }, (_, index) => `line ${index + 1} of the plan`) },
} as const;

test('the review says when the snapshot was, what Enter does, and the command that does the same', () => {
	const text = drawn(normal, review);
	expect(text).toMatch(/Snapshot +a1b2c3d4 +today 13:20/);
	expect(text).toMatch(/Command +backup-tui restore --stack immich/);
	expect(text).toContain('Enter start the restore');
	expect(text).toContain('c copy command');
});

test.each([normal, small])(
	'a long plan says that there is more, and can be read to its end, at $columns x $rows',
	(size) => {
		expect(drawn(size, review)).toMatch(/\d+ more: Down/);
		expect(drawn(size, { ...review, planTop: 39 })).toContain('line 40 of the plan');
	},
);

test('from a copy elsewhere a stack comes back although the repository here is lost', () => {
	const request = { ...review.request, stack: '', snapshot: '', fromRemote: 'offsite' };
	expect(drawn(normal, { step: 'what', request }, true)).toContain('> blog-external');
	const chosen = drawn(normal, { step: 'what', request: { ...request, stack: 'immich' } }, true);
	expect(chosen).toContain('> latest    the newest on offsite');
	const { fromRemote: _from, ...here } = request;
	expect(drawn(normal, { step: 'what', request: here }, true)).toContain(
		'there is no repository at /mnt/backup',
	);
});

test('a plan that cannot be carried out says why and the way back, in full', () => {
	const hint =
		'there are snapshots of immich, nextcloud, paperless and vaultwarden: name one of these, or look at backup-tui snapshots';
	const trouble = { message: 'there is no snapshot of gitea', hint };
	const text = drawn(normal, { ...review, plan: { trouble, loading: false } });
	expect(text).toContain('there is no snapshot of gitea');
	expect(text.replaceAll(/[│\s]+/g, ' ')).toContain(hint);
	expect(text).toContain('It cannot be done so. Shift-Tab goes back.');
	expect(text).not.toMatch(/Enter starts|Enter start /);
});

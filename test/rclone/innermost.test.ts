import { expect, test } from 'vitest';
import type { RemoteValues } from '../../source/rclone/definitions.ts';
import { describePlace, innermostPlaces, isListOfBuckets } from '../../source/rclone/innermost.ts';

const remotes: Readonly<Record<string, RemoteValues>> = {
	nas: { type: 'sftp', host: 'nas', user: 'me' },
	b2: { type: 'b2', account: 'id', key: 'secret' },
	disk: { type: 'local' },
	'my crypt': { type: 'crypt', remote: 'my nas/dir' },
	crypt: { type: 'crypt', remote: 'nas:dir' },
	usb: { type: 'alias', remote: '/mnt/usb' },
	here: { type: 'alias', remote: './here' },
	deep: { type: 'chunker', remote: 'crypt-usb:' },
	'crypt-usb': { type: 'crypt', remote: 'usb:secret' },
	both: { type: 'union', upstreams: '/mnt/a nas:b:ro "with blank/c"' },
	joined: { type: 'combine', upstreams: 'one=nas:x "two=/mnt/t w o"' },
	bucket: { type: 'alias', remote: 'b2:' },
	me: { type: 'alias', remote: 'me:dir' },
	lost: { type: 'crypt', remote: 'gone:dir' },
};
const places = (location: string) => innermostPlaces(location, (name) => remotes[name]);
const words = (location: string) => places(location).map((place) => `${place.kind} ${describePlace(place)}`);

test('a location is followed to where its files lie', () => {
	expect(words('/mnt/disk2/backup')).toEqual(['local /mnt/disk2/backup']);
	expect(words('nas:/backup')).toEqual(['backend nas:/backup']);
	expect(words('crypt:x')).toEqual(['backend crypt: → nas:dir']);
	expect(words('usb:backup')).toEqual(['local usb: → /mnt/usb/backup']);
	expect(words('deep:x')).toEqual(['local deep: → crypt-usb: → usb: → /mnt/usb/secret']);
	expect(words('disk:/mnt/x')).toEqual(['local disk: → /mnt/x']);
	expect(words(':local:/mnt/x')).toEqual(['local :local: → /mnt/x']);
	expect(words(':crypt,remote="nas:dir",password=x:')).toEqual(['backend :crypt: → nas:dir']);
	expect(words('joined:one/x')).toEqual(['backend joined: → nas:x', 'local joined: → /mnt/t w o']);
});

test('F4: without its colon, or without its slash, a place is a path relative to nobody knows what', () => {
	expect(words('my crypt:x')).toEqual(['local my crypt: → my nas/dir']);
	expect(words('here:x')).toEqual(['local here: → ./here/x']);
	expect(words('disk:backup/restic')).toEqual(['local disk: → backup/restic']);
	expect(words('both:x')).toEqual([
		'local both: → /mnt/a',
		'backend both: → nas:b',
		'local both: → with blank/c',
	]);
	expect(words('usb,remote=rel:x')).toEqual(['local usb: → rel/x']);
});

test('remotes that are not there, are built on themselves, or are a list of buckets', () => {
	expect(words('nosuch:x')).toEqual(['unknown nosuch:']);
	expect(words('lost:x')).toEqual(['unknown lost: → gone:']);
	expect(words('me:x')).toEqual(['loop me: → me:']);
	const list = (location: string) => places(location).some(isListOfBuckets);
	expect(['b2:', 'b2:/', 'bucket:', 'b2:bucket', 'bucket:bucket/x', 'nas:'].map(list)).toEqual([
		true,
		true,
		true,
		false,
		false,
		false,
	]);
});

test('the mark of a backend tells another host, and no secret', () => {
	const marks = (values: RemoteValues) =>
		innermostPlaces('x:y', () => values).map((one) => (one.kind === 'backend' ? one.mark : ''));
	expect(marks({ type: 'sftp', host: 'a' })).not.toEqual(marks({ type: 'sftp', host: 'b' }));
	expect(marks({ type: 'sftp', host: 'a', pass: 'x' })).toEqual(
		marks({ type: 'sftp', host: 'a', pass: 'y' }),
	);
});

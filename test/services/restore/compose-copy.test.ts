import { expect, test } from 'vitest';
import { type CopyRequest, copyCompose } from '../../../source/services/restore/compose-copy.ts';
import { parsePublication } from '../../../source/services/restore/publication.ts';

const resolved = {
	name: 'live',
	services: {
		web: {
			image: 'nginx:1',
			container_name: 'web',
			labels: { 'traefik.enable': 'true' },
			environment: { PRICE: '5$$' },
			ports: [{ target: 80, published: '8080', protocol: 'tcp', mode: 'ingress' }],
			networks: { edge: { ipv4_address: '10.0.0.5', aliases: ['www'] } },
			volumes: [
				{ type: 'bind', source: '/srv/live/html', target: '/html' },
				{ type: 'bind', source: '/mnt/media/a', target: '/media' },
				{ type: 'bind', source: '/var/run/docker.sock', target: '/sock' },
				{ type: 'volume', source: 'data', target: '/data' },
				{ type: 'volume', target: '/anonymous' },
			],
		},
		helper: { network_mode: 'host', build: { context: '/srv/live/helper' }, image: 'helper:live' },
		side: { image: 'x', network_mode: 'service:web' },
	},
	networks: {
		edge: { name: 'edge', external: true },
		inner: { name: 'live_inner', internal: true, ipam: {} },
	},
	volumes: {
		data: { name: 'shared_data', external: true },
		nfs: { name: 'live_nfs', driver_opts: { type: 'nfs' } },
	},
	secrets: { key: { name: 'live_key', file: '/srv/live/key.txt' } },
};
const request: CopyRequest = {
	project: 'look',
	from: '/srv/live',
	to: '/srv/look',
	moved: new Map([['/mnt/media', '/srv/look/binds/mnt/media']]),
	built: new Map(),
	publish: [],
};
const copy = (part: Partial<CopyRequest> = {}) => copyCompose(resolved, { ...request, ...part });
// biome-ignore lint/suspicious/noExplicitAny: a document of another program
const config = (part: Partial<CopyRequest> = {}) => copy(part).config as any;

test('nothing of the copy has the name, the address or the port of the live stack', () => {
	const text = JSON.stringify(config());
	for (const live of [
		'container_name',
		'8080',
		'10.0.0.5',
		'shared_data',
		'live_nfs',
		'external',
		'traefik',
		'"live',
	])
		expect(text).not.toContain(live);
	expect(config().name).toBe('look');
	expect(config().volumes).toEqual({ data: {}, nfs: {} });
	expect(config().networks).toEqual({ edge: {}, inner: { internal: true } });
	expect(config().services.web.networks).toEqual({ edge: { aliases: ['www'] } });
});

test('its files are those of the copy; what was not copied is read-only', () => {
	const { volumes } = config().services.web;
	expect(volumes.map((mount: { source?: string }) => mount.source)).toEqual([
		'/srv/look/html',
		'/srv/look/binds/mnt/media/a',
		'/var/run/docker.sock',
		'data',
		undefined,
	]);
	expect(volumes[2].read_only).toBe(true);
	expect(config().secrets.key.file).toBe('/srv/look/key.txt');
	expect(config().services.web.environment.PRICE).toBe('5$$');
	expect(copy().volumes.get('shared_data')).toBe('data');
});

test('what must be built is taken as it ran, else built from the copy under another name', () => {
	expect(config({ built: new Map([['helper', 'sha256:1']]) }).services.helper).toEqual({ image: 'sha256:1' });
	expect(config().services.helper).toEqual({ build: { context: '/srv/look/helper' } });
	expect(config().services.side.network_mode).toBe('service:web');
});

test('ports are published only where asked for', () => {
	const publish = [parsePublication('127.0.0.1:18080:80'), parsePublication('9:9')].filter(
		(one) => one !== undefined,
	);
	expect(config({ publish }).services.web.ports).toEqual([
		{ mode: 'ingress', target: 80, published: '18080', protocol: 'tcp', host_ip: '127.0.0.1' },
	]);
	expect(copy({ publish }).unused).toEqual([{ host: 9, port: 9 }]);
	expect(parsePublication('helper=9:9')).toEqual({ service: 'helper', host: 9, port: 9 });
	for (const wrong of ['80', 'a:b', '0:80', '80:99999', '']) expect(parsePublication(wrong)).toBeUndefined();
});

test('every change is told', () => {
	expect(copy().notes.join('\n')).toMatch(
		/not published: 8080[\s\S]*docker\.sock is the live one[\s\S]*edge: one of its own/,
	);
});

test('a document that is none makes an empty project', () => {
	expect(copyCompose(null, request).config).toEqual({ name: 'look' });
	expect(copyCompose({ services: [1], volumes: { a: null } }, request).config).toEqual({
		name: 'look',
		volumes: { a: {} },
	});
});

const tied = {
	name: 'live',
	services: {
		vpn: { image: 'x', container_name: 'gateway' },
		web: {
			image: 'x',
			network_mode: 'container:gateway',
			ipc: 'container:other',
			pid: 'container:live-vpn-1',
			volumes_from: ['container:store:rw', 'container:gateway:ro', 'vpn'],
			external_links: ['db:db'],
			secrets: [{ source: 'key' }, { source: 'swarm' }],
			volumes: [{ type: 'bind', source: '/srv/live/../../etc', target: '/etc' }],
		},
		built: { build: { context: '/srv/live', tags: ['live:1'], cache_to: ['x'], network: 'container:other' } },
	},
	secrets: { key: { name: 'live_key', environment: 'KEY' }, swarm: { name: 'swarm', external: true } },
	configs: { motd: { environment: 'MOTD' } },
};

test('T23: nothing ties the copy to containers that run; those of its own are its services', () => {
	const made = copyCompose(tied, request);
	// biome-ignore lint/suspicious/noExplicitAny: a document of another program
	const { web, built } = (made.config as any).services;
	expect(JSON.stringify(made.config)).not.toContain('container:');
	expect(web).toEqual({
		image: 'x',
		network_mode: 'service:vpn',
		pid: 'service:vpn',
		volumes_from: ['vpn:ro', 'vpn'],
		secrets: [{ source: 'key' }],
		volumes: [{ type: 'bind', source: '/srv/live/../../etc', target: '/etc', read_only: true }],
	});
	expect(built).toEqual({ build: { context: '/srv/look' } });
	expect(made.notes.join('\n')).toMatch(/without the volumes of container:store:rw/);
	expect(made.notes.join('\n')).toMatch(/memory of its own instead of that of container:other/);
	expect(made.notes.join('\n')).toMatch(/secret swarm is external/);
	expect(made.variables).toEqual([
		{ what: 'secret key', variable: 'KEY' },
		{ what: 'config motd', variable: 'MOTD' },
	]);
});

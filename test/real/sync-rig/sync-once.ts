// One sync in a process of its own, to be killed: argv[2] is JSON with the host, the remote, and when to die.
import { setTimeout as delay } from 'node:timers/promises';
import type { RemoteConfig } from '../../../source/config/types.ts';
import type { Command, ProcessRunner } from '../../../source/process/command.ts';
import { createProcessRunner } from '../../../source/process/run.ts';
import { createRclone } from '../../../source/rclone/client.ts';
import { syncRemotes } from '../../../source/services/sync/sync.ts';
import type { Host } from '../rig/host.ts';
import { tools } from '../rig/tools.ts';
import { syncDeps } from './deps.ts';

interface Order {
	readonly host: Host;
	readonly remote: RemoteConfig;
	/** Die while this call of rclone that changes something is at work, counted from 1; 0 = live. */
	readonly dieAt: number;
	/** ms after it was started. */
	readonly dieAfterMs: number;
}

const order = JSON.parse(process.argv[2] ?? '') as Order;
const changing = ['copy', 'move', 'moveto', 'delete', 'purge'];
let calls = 0;

/** SIGKILL to rclone and to this process, as a power cut would. */
async function die(pid: number): Promise<never> {
	await delay(order.dieAfterMs);
	try {
		process.kill(-pid, 'SIGKILL');
	} catch {}
	process.kill(process.pid, 'SIGKILL');
	return await new Promise<never>(() => {});
}

const runner = createProcessRunner({ cookie: order.host.name });
const start = async (command: Command) => {
	const running = await runner.start(command);
	if (command.tool === 'rclone' && changing.includes(command.args[0] ?? '')) {
		calls += 1;
		if (calls === order.dieAt) await die(running.pid);
	}
	return running;
};
const deadly: ProcessRunner = { start, run: async (command) => (await start(command)).result };
const deps = syncDeps(order.host, {
	rclone: (remote) =>
		createRclone({
			runner: deadly,
			binary: tools.rclone,
			environment: order.host.env,
			settings: { ...remote, configFile: remote.rcloneConfig },
		}),
});
const [result] = await syncRemotes(deps, [order.remote], { remotes: [] });
console.log(JSON.stringify({ calls, result }));

import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { Config } from './config/types.ts';
import { ownProgram } from './own-program.ts';
import { childEnvironment } from './process/environment.ts';
import { findTool } from './process/find-tool.ts';
import { createProcessRunner } from './process/run.ts';
import { createSystemctl, type Systemctl } from './services/schedule/systemctl.ts';
import { createScheduleService, type ScheduleService } from './services/schedule.ts';
import type { WiringOptions } from './wiring-options.ts';

const packagedUnits = ['/lib/systemd/system', '/usr/lib/systemd/system', '/usr/local/lib/systemd/system'];

/** Builds the use cases around the schedule: the system's for root, a person's own service manager else. */
export function wireSchedule({ config, env }: Pick<WiringOptions, 'config' | 'env'>): ScheduleService {
	const owner = (process.geteuid?.() ?? 0) === 0 ? 'system' : 'user';
	const home = env.HOME !== undefined && isAbsolute(env.HOME) ? env.HOME : homedir();
	const given = env.XDG_CONFIG_HOME;
	const personal = given !== undefined && isAbsolute(given) ? given : join(home, '.config');
	return createScheduleService({
		program: ownProgram(),
		configFile: config.paths.configFile,
		nameConfig: !isFoundByItself(config),
		host: {
			owner,
			unitDirectory: owner === 'system' ? '/etc/systemd/system' : join(personal, 'systemd/user'),
			packagedUnits: owner === 'system' ? packagedUnits : [],
			cronDirectory: '/etc/cron.d',
			systemctl: connectSystemd(env, owner),
			now: () => new Date(),
		},
	});
}

const isFoundByItself = ({ paths }: Config) => paths.configFile === '/etc/backup-tui/config.ini';

/** Where systemd runs there is this directory, see sd_booted(3). */
function connectSystemd(env: WiringOptions['env'], owner: 'system' | 'user'): Systemctl | undefined {
	if (!existsSync('/run/systemd/system')) return undefined;
	return createSystemctl({
		runner: createProcessRunner({ cookie: `schedule-${process.pid}` }),
		file: findTool('systemctl'),
		analyzeFile: findTool('systemd-analyze'),
		env: childEnvironment(env, ['DBUS_SESSION_BUS_ADDRESS']),
		owner,
	});
}

import type { Clock } from '../process/clock.ts';
import type { ProcessRunner } from '../process/command.ts';
import type { Engine } from './engine.ts';

/** What everything that acts on Docker needs, handed in from the wiring. */
export interface DockerAccess {
	readonly engine: Engine;
	readonly runner: ProcessRunner;
	/** Absolute path of the docker client: Compose is its plugin. */
	readonly dockerFile: string;
	/** Compose itself, see `findComposePlugin`; without it the client is called. */
	readonly composeFile?: string;
	/** Environment of docker children, see `childEnvironment`. */
	readonly env: Readonly<Record<string, string>>;
	readonly clock: Clock;
	/** Private directory for sockets; without it a temporary one is made. */
	readonly socketDirectory?: string;
}

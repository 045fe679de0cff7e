import type { Config } from './config/types.ts';

/** What the services are built from. */
export interface WiringOptions {
	readonly config: Config;
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly version: string;
	readonly dryRun: boolean;
	readonly lockWaitSeconds: number;
}

/** The use cases, ready to be called by a front end. */
export interface Services {
	readonly config: Config;
}

/** Builds the services: the only place that puts config, clock, process runner and tool clients together. */
export async function wire(options: WiringOptions): Promise<Services> {
	return { config: options.config };
}

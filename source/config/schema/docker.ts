import type { SectionKeys } from './key.ts';

/** `[docker]`: where the stacks are and how they are stopped and started. */
export const docker = {
	DOCKER_STACKS_DIR: {
		type: 'path',
		aliases: ['STACKS_DIR'],
		default: '',
		required: true,
		example: '/opt/stacks',
		doc: 'Directory whose sub-directories are Compose stacks.',
	},
	DOCKER_TIMEOUT: {
		type: 'duration',
		aliases: ['TIMEOUT'],
		default: '300',
		unit: 'seconds',
		min: 1,
		max: 86_400,
		doc: 'Time that containers get to stop by themselves (`docker compose down --timeout`).',
	},
	METHOD: {
		type: 'enum',
		values: ['down', 'stop', 'pause', 'none'],
		default: 'down',
		doc: 'How a running stack is brought to rest for the copy. `pause` and `none` copy files that programs still hold open.',
	},
	ON_DRIFT: {
		type: 'enum',
		values: ['keep', 'deploy'],
		default: 'keep',
		doc: 'What to do when `down` and `up -d` would not bring back what runs (an edited compose file, a newer image, anonymous volumes): `keep` stops and starts the same containers, `deploy` brings up what the files say now.',
	},
	SETTLE_SECONDS: {
		type: 'duration',
		default: '8',
		unit: 'seconds',
		min: 0,
		max: 600,
		doc: 'How long after the start the containers of a stack are looked at again, for those that crash late. The run goes on meanwhile.',
	},
	UNKNOWN_SECONDS: {
		type: 'duration',
		default: '30',
		unit: 'seconds',
		min: 0,
		max: 3600,
		doc: 'How long a stack whose state cannot be determined is asked again. It is never taken down before its state is known.',
	},
	UP_TIMEOUT: {
		type: 'duration',
		default: '300',
		unit: 'seconds',
		min: 1,
		max: 86_400,
		doc: 'Limit for starting a stack and for its health checks.',
	},
	RETRY_NOT_QUIESCED: {
		type: 'boolean',
		default: 'false',
		doc: 'Try a second time, with a second downtime, when something wrote to the data of a stack during the copy.',
	},
	DOWNTIME_BUDGET: {
		type: 'duration',
		default: '0',
		unit: 'seconds',
		min: 0,
		max: 86_400,
		doc: 'Longest downtime you accept for a stack; 0 = none set. The expected downtime is known from earlier runs.',
	},
	OVER_BUDGET: {
		type: 'enum',
		values: ['warm', 'warn', 'skip'],
		default: 'warn',
		doc: 'When the expected downtime is over the budget: copy once while the stack runs (`warm`), say so (`warn`), or leave the stack out (`skip`).',
	},
} as const satisfies SectionKeys;

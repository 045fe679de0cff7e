import { BackupTuiError } from '../errors.ts';
import { withoutValues } from './compose-message.ts';

/** What a failed start means: what to do about it, and whether waiting may help. */
interface UpFailure {
	readonly pattern: RegExp;
	readonly hint: string;
	readonly mayPass: boolean;
}

const failures: readonly UpFailure[] = [
	{
		pattern: /port is already allocated|address already in use|failed to bind host port/i,
		hint: 'another program has the port: find it with `ss -ltnp`, free the port, then run `backup-tui recover`',
		mayPass: true,
	},
	{
		pattern: /cannot connect to the docker daemon|does not answer at|connection refused|\bEOF$/im,
		hint: 'start Docker (`systemctl start docker`), then run `backup-tui recover`',
		mayPass: true,
	},
	{
		pattern: /no such image|pull access denied|image .* not found|manifest unknown/i,
		hint: 'the image is gone: load or pull it, then run `backup-tui recover`',
		mayPass: false,
	},
	{
		pattern: /is unhealthy|didn't complete successfully/i,
		hint: 'a service it depends on does not get well: see `docker compose logs`, then run `backup-tui recover`',
		mayPass: true,
	},
	{
		pattern: /network .* not found|could not be found|declared as external/i,
		hint: 'a network or volume it needs is gone: create it, then run `backup-tui recover`',
		mayPass: false,
	},
	{
		pattern: /no space left/i,
		hint: "make room on the disk of Docker's directory, then run `backup-tui recover`",
		mayPass: false,
	},
];

/** The line that says what went wrong; Compose prints its progress on the same stream. */
function culprit(text: string): string {
	const lines = text
		.split('\n')
		.map((line) => line.trim())
		.filter((line) => line !== '');
	const told = lines.findLast((line) => /^error|error response|failed|invalid/i.test(line));
	return (told ?? lines.at(-1) ?? 'no error message').replace(/^Error response from daemon: /, '');
}

/** @returns true when the same start may succeed a little later */
export function mayPass(text: string): boolean {
	return failures.find((failure) => failure.pattern.test(text))?.mayPass ?? false;
}

/** The error for a stack that does not come up. @param said what Docker or Compose said */
export function upFailed(stack: string, said: string, cause?: unknown): BackupTuiError {
	const text = withoutValues(said);
	const known = failures.find((failure) => failure.pattern.test(said));
	return new BackupTuiError('up-failed', `${stack} does not come up: ${culprit(text)}`, {
		hint:
			known?.hint ??
			'see `docker compose ps -a` and `docker compose logs` there, then run `backup-tui recover`',
		detail: text,
		cause,
	});
}

import { join } from 'node:path';
import { createRedactor, type Redact } from '../process/redact.ts';
import { resticEnvironment } from './environment.ts';
import { parseLocation, type RepositoryLocation } from './location.ts';
import type { ResticOptions } from './options.ts';
import { readPassword } from './password.ts';
import { createSecretsDirectory, type SecretsDirectory } from './secrets-directory.ts';
import type { OtherRepository } from './types.ts';

/** What is there while a client is open: the files restic gets its secrets by, and its environment. */
export interface Opened {
	readonly secrets: SecretsDirectory;
	readonly env: Readonly<Record<string, string>>;
	readonly redact: Redact;
	readonly secretTexts: readonly string[];
}

/** Asks for the password and writes it down, once per client. @throws as `readPassword` and `createSecretsDirectory` */
export async function openSecrets(options: ResticOptions, location: RepositoryLocation): Promise<Opened> {
	const password = await readPassword(options.password, options.runner, options.environment, options.signal);
	const secrets = createSecretsDirectory(options.runDir);
	const secretTexts = [password.toString(), ...(location.secret === undefined ? [] : [location.secret])];
	const env = resticEnvironment(options.environment, {
		passwordFile: secrets.write('password', password),
		...(location.secret === undefined ? {} : { repositoryFile: secrets.write('repository', location.text) }),
		cacheDir: join(options.cacheDir, 'restic'),
	});
	return { secrets, env, secretTexts, redact: createRedactor(secretTexts) };
}

let fromNumber = 0;

/** The same for the repository that is copied from. */
export async function openFrom(
	from: OtherRepository | undefined,
	session: Opened,
	options: ResticOptions,
): Promise<{ env: Record<string, string>; redact: Redact }> {
	if (from === undefined) return { env: {}, redact: session.redact };
	const password = await readPassword(from.password, options.runner, options.environment, options.signal);
	const location = parseLocation(from.repository);
	fromNumber += 1;
	const env = {
		RESTIC_FROM_PASSWORD_FILE: session.secrets.write(`from-password-${fromNumber}`, password),
		RESTIC_FROM_REPOSITORY_FILE: session.secrets.write(`from-repository-${fromNumber}`, from.repository),
	};
	const added = [password.toString(), ...(location.secret === undefined ? [] : [location.secret])];
	return { env, redact: createRedactor([...session.secretTexts, ...added]) };
}

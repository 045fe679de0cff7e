import { childEnvironment } from '../process/environment.ts';

// Remotes may be defined in, or take their credentials from, the environment (rclone docs, "Environment Variables").
// No other RCLONE_* passes: a bad RCLONE_RETRIES alone makes every rclone call fail.
const variables: readonly string[] = [
	'RCLONE_CONFIG_*',
	'RCLONE_PASSWORD_COMMAND',
	'AWS_*',
	'AZURE_*',
	'B2_*',
	'GOOGLE_*',
	'OS_*',
	'ST_*',
];

/**
 * The environment of an rclone child. AWS_CA_BUNDLE is left out: rclone 1.60's S3 backend cannot start with it
 * ("unsupported transport"); SSL_CERT_FILE says the same to every version.
 *
 * @param base usually process.env
 */
export function rcloneEnvironment(
	base: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
	const { AWS_CA_BUNDLE: bundle, ...environment } = childEnvironment(base, variables);
	if (bundle !== undefined && environment.SSL_CERT_FILE === undefined) environment.SSL_CERT_FILE = bundle;
	return environment;
}

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface LockedPackage {
	readonly version?: string;
	readonly resolved?: string;
	readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const text = readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8');
const packages = (JSON.parse(text) as { packages: Readonly<Record<string, LockedPackage>> }).packages;

// npm leaves out optional packages that its registry did not serve, and `npm ci` then refuses the lock file.
test('the lock file names every optional package, so that npm ci accepts it', () => {
	const wanted = Object.values(packages).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}));
	const locked = (name: string) =>
		Object.keys(packages).some((path) => path.endsWith(`node_modules/${name}`));
	expect(wanted.filter((name) => !locked(name))).toEqual([]);
});

test('the lock file names no registry', () => {
	expect(text).not.toContain('"resolved"');
});

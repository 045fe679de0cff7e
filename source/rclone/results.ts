/** What `rclone check` found, by path. */
export interface CheckOutcome {
	readonly same: readonly string[];
	readonly different: readonly string[];
	/** On the source, not on the destination. */
	readonly missing: readonly string[];
	/** Could not be read on one of the sides. */
	readonly unread: readonly string[];
	/** False when the two sides have no hash in common and only sizes were compared. */
	readonly byHash: boolean;
}

const signs: Readonly<Record<string, 'same' | 'different' | 'missing' | 'unread'>> = {
	'=': 'same',
	'*': 'different',
	'+': 'missing',
	'!': 'unread',
};

/** Collects the lines of `rclone check --combined -`: a sign, a blank, the path (rclone docs, "rclone check"). */
export class CheckLines {
	readonly same: string[] = [];
	readonly different: string[] = [];
	readonly missing: string[] = [];
	readonly unread: string[] = [];

	add(line: string): void {
		const kind = signs[line.slice(0, 1)];
		if (kind !== undefined && line[1] === ' ') this[kind].push(line.slice(2));
	}
}

/** @returns hash and path of one line of `rclone hashsum`, or undefined */
export function parseHashLine(line: string): { readonly hash: string; readonly path: string } | undefined {
	const match = /^([0-9a-f]{64}) [ *](.+)$/.exec(line);
	return match === null ? undefined : { hash: match[1] ?? '', path: match[2] ?? '' };
}

/** How full a remote is, in bytes; what the backend does not tell is left out. */
export interface RemoteSpace {
	readonly total?: number;
	readonly used?: number;
	readonly free?: number;
}

/** @returns the answer of `rclone about --json`, undefined when it tells nothing (WebDAV servers may answer `{}`) */
export function parseSpace(output: string): RemoteSpace | undefined {
	let answer: Record<string, unknown>;
	try {
		answer = JSON.parse(output) as Record<string, unknown>;
	} catch {
		return undefined;
	}
	const { total, used, free } = answer;
	const space: RemoteSpace = {
		...(typeof total === 'number' ? { total } : {}),
		...(typeof used === 'number' ? { used } : {}),
		...(typeof free === 'number' ? { free } : {}),
	};
	return Object.keys(space).length === 0 ? undefined : space;
}

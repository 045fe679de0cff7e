/** A remote of rclone's config file, word for word. */
export interface RcloneSection {
	readonly name: string;
	/** Its lines, the `[name]` line first. */
	readonly text: string;
	/** Values by key. */
	readonly values: Readonly<Record<string, string>>;
}

/** First line of a config file that is encrypted as a whole (rclone.org/docs, "Configuration encryption"). */
const encryptedMark = 'RCLONE_ENCRYPT_V';

export function isEncryptedConfig(text: string): boolean {
	return text.split('\n').some((line) => line.startsWith(encryptedMark));
}

/** Cuts rclone's config file into its sections; comments stay with the section they stand in. */
export function sectionsOf(text: string): readonly RcloneSection[] {
	const sections: { name: string; lines: string[]; values: Record<string, string> }[] = [];
	for (const line of text.split(/\r?\n/)) {
		const head = /^\s*\[(.+)\]\s*$/.exec(line);
		if (head !== null) sections.push({ name: head[1] ?? '', lines: [line], values: {} });
		const current = sections.at(-1);
		if (current === undefined || head !== null) continue;
		current.lines.push(line);
		const pair = /^\s*([^#;=\s][^=]*?)\s*=\s*(.*?)\s*$/.exec(line);
		if (pair !== null) current.values[pair[1] ?? ''] = pair[2] ?? '';
	}
	return sections.map(({ name, lines, values }) => ({
		name,
		text: `${lines.join('\n').trimEnd()}\n`,
		values,
	}));
}

/**
 * The sections these remotes need: their own, and those of the remotes they are built on (crypt, alias, union, chunker
 * name another one as `remote = NAME:path` or in `upstreams`).
 */
export function neededSections(
	sections: readonly RcloneSection[],
	remotes: readonly string[],
): readonly RcloneSection[] {
	const byName = new Map(sections.map((section) => [section.name, section]));
	const needed = new Set<RcloneSection>();
	const add = (name: string) => {
		const section = byName.get(name);
		if (section === undefined || needed.has(section)) return;
		needed.add(section);
		for (const value of Object.values(section.values)) {
			for (const word of value.split(/\s+/)) {
				const other = /(?:^|=)"?([^:"=]+):/.exec(word)?.[1];
				if (other !== undefined) add(other);
			}
		}
	};
	for (const remote of remotes) add(remote.replace(/:.*$/, ''));
	return sections.filter((section) => needed.has(section));
}

/** Files the sections point to: keys, certificates, service accounts. */
export function filesOf(sections: readonly RcloneSection[]): readonly string[] {
	return sections.flatMap(({ values }) =>
		Object.entries(values)
			.filter(([key, value]) => /_?file$/.test(key) && value.startsWith('/'))
			.map(([, value]) => value),
	);
}

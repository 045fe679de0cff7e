import { readFile } from 'node:fs/promises';

/**
 * Names of the volumes that compose files declare, as they are written there; an external one by the name it has. For
 * offering names only: nothing is filled in or merged, and a file that cannot be read declares none.
 *
 * @param files absolute
 */
export async function volumesInFiles(files: readonly string[]): Promise<readonly string[]> {
	const { parseAllDocuments } = await import('./yaml-documents.ts');
	const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')));
	return texts.flatMap((text) => {
		const documents = parseAllDocuments(text, { merge: true, logLevel: 'silent' });
		return (Array.isArray(documents) ? documents : []).flatMap((document) =>
			document.errors.length > 0 ? [] : volumesOf(document.toJS({ maxAliasCount: 100 })),
		);
	});
}

function volumesOf(document: unknown): readonly string[] {
	const declared = (document as { readonly volumes?: unknown } | null)?.volumes;
	if (typeof declared !== 'object' || declared === null || Array.isArray(declared)) return [];
	return Object.entries(declared as Readonly<Record<string, unknown>>).map(([key, value]) => {
		const { external, name } = (value ?? {}) as { readonly external?: unknown; readonly name?: unknown };
		return external === true && typeof name === 'string' ? name : key;
	});
}

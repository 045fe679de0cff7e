/** Replaces secrets in text that will be shown or written. */
export type Redact = (text: string) => string;

const mask = '***';

/**
 * @param secrets values that must not appear; those under 4 characters are ignored, they would mask ordinary words
 * @returns a function that masks them, their JSON-escaped and URL-encoded forms, and passwords inside URLs
 */
export function createRedactor(secrets: readonly string[]): Redact {
	const forms = new Set<string>();
	for (const secret of secrets) {
		if (secret.length < 4) continue;
		forms.add(secret).add(JSON.stringify(secret).slice(1, -1)).add(encodeURIComponent(secret));
	}
	// Longest first: a secret that contains another one is masked whole.
	const ordered = [...forms].sort((a, b) => b.length - a.length);
	return (text) => {
		let result = text;
		for (const form of ordered) result = result.replaceAll(form, mask);
		return result.replace(/([a-z][a-z0-9+.-]*:\/\/[^\s:/@]+:)[^\s/@]+@/gi, `$1${mask}@`);
	};
}

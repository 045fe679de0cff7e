/** What stands for a secret that is set. */
export const mask = '********';

/** @returns a value as it may be shown */
export function shown(secret: boolean, text: string): string {
	if (secret && text !== '') return mask;
	return maskCredentials(text);
}

/** Masks the password of a URL such as `rest:https://user:secret@host/`. */
function maskCredentials(text: string): string {
	return text.replace(/(:\/\/[^\s/@:]*:)[^\s/]*(@)/g, `$1${mask}$2`);
}

/** @returns the passwords inside URLs, as written and decoded */
export function credentialsIn(text: string): readonly string[] {
	return [...text.matchAll(/:\/\/[^\s/@:]*:([^\s/]+)@/g)].flatMap(([, password = '']) => {
		try {
			return [password, decodeURIComponent(password)];
		} catch {
			return [password];
		}
	});
}

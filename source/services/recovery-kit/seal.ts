import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { BackupTuiError } from '../../errors.ts';

// The format is documented in docs/recovery-kit.md, so that a kit can be opened without this program.

const begin = '-----BEGIN BACKUP-TUI RECOVERY KIT-----';
const end = '-----END BACKUP-TUI RECOVERY KIT-----';
const magic = Buffer.from('BTKIT\u0001', 'latin1');
/** scrypt's cost: 2^17 with r = 8 takes 128 MiB and about half a second (RFC 7914; OWASP's recommendation). */
const costLog2 = 17;
const blockSize = 8;
const parallel = 1;
const saltBytes = 16;
const nonceBytes = 12;
const tagBytes = 16;
const headerBytes = magic.length + 3 + saltBytes + nonceBytes;
/** Larger costs than these would only make opening a forged kit eat all memory. */
const largestCostLog2 = 20;

interface Cost {
	readonly log2: number;
	readonly r: number;
	readonly p: number;
}

function deriveKey(passphrase: string, salt: Buffer, cost: Cost): Promise<Buffer> {
	const options = { N: 2 ** cost.log2, r: cost.r, p: cost.p, maxmem: 256 * 2 ** cost.log2 * cost.r };
	return new Promise((resolve, reject) => {
		scrypt(passphrase.normalize('NFC'), salt, 32, options, (error, key) =>
			error === null ? resolve(key) : reject(error),
		);
	});
}

/**
 * Encrypts a text with a passphrase: scrypt and AES-256-GCM, as text that can be printed and mailed.
 *
 * @returns lines that begin and end with a mark
 */
export async function seal(text: string, passphrase: string): Promise<string> {
	const salt = randomBytes(saltBytes);
	const nonce = randomBytes(nonceBytes);
	const cost = { log2: costLog2, r: blockSize, p: parallel };
	const header = Buffer.concat([magic, Buffer.from([cost.log2, cost.r, cost.p]), salt, nonce]);
	const cipher = createCipheriv('aes-256-gcm', await deriveKey(passphrase, salt, cost), nonce);
	cipher.setAAD(header);
	const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
	const base64 = Buffer.concat([header, body, cipher.getAuthTag()]).toString('base64');
	return [begin, ...(base64.match(/.{1,64}/g) ?? []), end, ''].join('\n');
}

function notAKit(why: string): BackupTuiError {
	return new BackupTuiError('restore-failed', `this is not a recovery kit: ${why}`, {
		hint: 'give the file as `backup-tui recovery-kit` wrote it, marks included',
	});
}

/** @returns what stands between the marks, decoded. Throws restore-failed when it is no kit, or of another version */
export function sealedBytes(kit: string): Buffer {
	const from = kit.indexOf(begin);
	const to = kit.indexOf(end);
	if (from === -1 || to < from) throw notAKit('its marks are missing');
	const bytes = Buffer.from(kit.slice(from + begin.length, to).replace(/[^A-Za-z0-9+/=]/g, ''), 'base64');
	if (bytes.length < headerBytes + tagBytes) throw notAKit('it is too short');
	if (!bytes.subarray(0, magic.length).equals(magic)) throw notAKit('it is of another program or version');
	return bytes;
}

/**
 * The inverse of `seal`. What stands before and after the marks is ignored.
 *
 * @throws restore-failed when it is not a kit, was changed, or the passphrase is another one
 */
export async function unseal(kit: string, passphrase: string): Promise<string> {
	const bytes = sealedBytes(kit);
	const [log2 = 0, r = 0, p = 0] = bytes.subarray(magic.length);
	if (log2 < 1 || log2 > largestCostLog2 || r < 1 || r > 32 || p < 1 || p > 16)
		throw notAKit('its key derivation makes no sense');
	const header = bytes.subarray(0, headerBytes);
	const salt = bytes.subarray(magic.length + 3, magic.length + 3 + saltBytes);
	const nonce = bytes.subarray(headerBytes - nonceBytes, headerBytes);
	const key = await deriveKey(passphrase, salt, { log2, r, p });
	const decipher = createDecipheriv('aes-256-gcm', key, nonce);
	decipher.setAAD(header);
	decipher.setAuthTag(bytes.subarray(-tagBytes));
	try {
		return Buffer.concat([
			decipher.update(bytes.subarray(headerBytes, -tagBytes)),
			decipher.final(),
		]).toString();
	} catch (error) {
		throw new BackupTuiError('restore-failed', 'the recovery kit does not open with this passphrase', {
			cause: error,
			hint: 'try again: upper and lower case count; or the file was changed',
		});
	}
}

import { createCipheriv, createHash, randomBytes, scryptSync } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** restic's keys: AES-256-CTR for the text, Poly1305-AES for its authentication. */
interface MasterKey {
	readonly encrypt: Buffer;
	readonly mac: { readonly k: Buffer; readonly r: Buffer };
}

// The cheapest parameters scrypt takes: a command on the repository then costs some ms instead of 0.6 s.
const cheap = { N: 2, r: 1, p: 1 } as const;

/**
 * Makes an empty restic repository (format 2) whose key costs nothing to derive. restic reads the cost from the key
 * file, so that everything else about it is as `restic init` makes it.
 * Source: restic's design document, "Repository Format" and "Keys, Encryption and MAC".
 */
export async function makeQuickRepository(directory: string, password: string): Promise<void> {
	const shards = Array.from({ length: 256 }, (_, index) => `data/${index.toString(16).padStart(2, '0')}`);
	for (const name of [...shards, 'index', 'keys', 'locks', 'snapshots'])
		await mkdir(join(directory, name), { recursive: true, mode: 0o700 });
	const master = keyFrom(randomBytes(64));
	const salt = randomBytes(64);
	const user = keyFrom(scryptSync(password, salt, 64, cheap));
	const encoded = {
		mac: { k: master.mac.k.toString('base64'), r: master.mac.r.toString('base64') },
		encrypt: master.encrypt.toString('base64'),
	};
	const key = JSON.stringify({
		created: new Date().toISOString(),
		username: 'root',
		hostname: 'rig',
		kdf: 'scrypt',
		...cheap,
		salt: salt.toString('base64'),
		data: seal(user, JSON.stringify(encoded)).toString('base64'),
	});
	const config = { version: 2, id: randomBytes(32).toString('hex'), chunker_polynomial: '25b468838dcb75' };
	const keyName = createHash('sha256').update(key).digest('hex');
	await writeFile(join(directory, 'keys', keyName), key, { mode: 0o400 });
	await writeFile(join(directory, 'config'), seal(master, JSON.stringify(config)), { mode: 0o400 });
}

function keyFrom(bytes: Buffer): MasterKey {
	const r = Buffer.from(bytes.subarray(48, 64));
	for (const index of [3, 7, 11, 15]) r[index] = (r[index] ?? 0) & 15;
	for (const index of [4, 8, 12]) r[index] = (r[index] ?? 0) & 252;
	return { encrypt: bytes.subarray(0, 32), mac: { k: bytes.subarray(32, 48), r } };
}

function seal(key: MasterKey, text: string): Buffer {
	const nonce = randomBytes(16);
	const sealed = createCipheriv('aes-256-ctr', key.encrypt, nonce).update(text);
	const pad = createCipheriv('aes-128-ecb', key.mac.k, null).update(nonce);
	return Buffer.concat([nonce, sealed, poly1305(key.mac.r, pad, sealed)]);
}

function littleEndian(bytes: Buffer): bigint {
	return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex') || '0'}`);
}

/** Poly1305 (RFC 8439, 2.5) with the key halves given apart. */
function poly1305(r: Buffer, s: Buffer, message: Buffer): Buffer {
	const prime = (1n << 130n) - 5n;
	let sum = 0n;
	for (let at = 0; at < message.length; at += 16) {
		const block = Buffer.concat([message.subarray(at, at + 16), Buffer.from([1])]);
		sum = ((sum + littleEndian(block)) * littleEndian(r)) % prime;
	}
	const tag = (sum + littleEndian(s)) & ((1n << 128n) - 1n);
	return Buffer.from(tag.toString(16).padStart(32, '0'), 'hex').reverse();
}

import { request as httpRequest, type IncomingMessage } from 'node:http';
import { BackupTuiError } from '../errors.ts';

export interface SocketRequest {
	readonly method?: 'GET' | 'POST' | 'DELETE';
	/** With the query. Unversioned: every engine then answers with its own newest version of the API. */
	readonly path: string;
	readonly body?: unknown;
	/** Bound of the whole call in ms; for a stream, until its headers. */
	readonly timeoutMs: number;
	readonly signal?: AbortSignal;
}

export interface SocketResponse {
	readonly status: number;
	readonly body: string;
}

/** The engine's refusal in its own words. */
export function refusal(response: SocketResponse): BackupTuiError {
	let message = response.body.trim();
	try {
		message = (JSON.parse(response.body) as { message?: string }).message ?? message;
	} catch {
		// Not JSON: a proxy's page or nothing at all. The text is what we have.
	}
	return new BackupTuiError('internal', `Docker refused: ${message || `status ${response.status}`}`);
}

/**
 * Reads an answer as what was asked for.
 *
 * @throws daemon-unreachable when it is cut short or something else: a proxy's page, another program on that socket
 */
export function readAnswer<T, R>(path: string, body: string, read: (answer: T) => R): R {
	try {
		return read(JSON.parse(body) as T);
	} catch (cause) {
		const why = cause instanceof Error ? cause.message : String(cause);
		throw new BackupTuiError('daemon-unreachable', `Docker's answer to ${path} cannot be read: ${why}`, {
			cause,
			hint: 'see what answers there: docker version',
		});
	}
}

/** Query parameters, encoded. */
export function query(parameters: Readonly<Record<string, string>>): string {
	return new URLSearchParams(parameters).toString();
}

/** The error for an engine that cannot be asked, with what to do about it. */
export function unreachable(endpoint: string, cause: unknown): BackupTuiError {
	const { code, message } = cause as NodeJS.ErrnoException;
	if (code === 'EACCES' || code === 'EPERM') {
		return new BackupTuiError('no-permission', `no permission to use Docker at ${endpoint}`, {
			cause,
			hint: 'run it as root, or add this user to the docker group (usermod -aG docker USER) and log in again',
		});
	}
	const reason = code === 'ENOENT' || code === 'ECONNREFUSED' ? 'is it running?' : message;
	return new BackupTuiError(
		'daemon-unreachable',
		`the Docker daemon does not answer at ${endpoint}: ${reason}`,
		{
			cause,
			hint: 'see `systemctl status docker`, start it with `systemctl start docker`',
		},
	);
}

function timedOut(endpoint: string, timeoutMs: number): BackupTuiError {
	return new BackupTuiError(
		'daemon-unreachable',
		`the Docker daemon at ${endpoint} did not answer within ${Math.round(timeoutMs / 100) / 10} s`,
		{ hint: 'see `systemctl status docker` and `docker ps`: an engine that hangs needs a restart' },
	);
}

/** An answer whose body is still to be read. */
export interface OpenResponse {
	readonly incoming: IncomingMessage;
	/** What an error met while reading means. */
	readonly explain: (error: unknown) => unknown;
	/** Ends the request, read to its end or not. */
	readonly close: () => void;
}

/**
 * Opens a request and resolves with its answer once the headers are there. `close` must be called.
 *
 * @param stream the time limit ends with the headers: the body may take for ever
 * @throws daemon-unreachable, no-permission; the signal's reason when that was aborted
 */
export async function openRequest(
	socketPath: string,
	request: SocketRequest,
	stream: boolean,
): Promise<OpenResponse> {
	request.signal?.throwIfAborted();
	const limit = new AbortController();
	const timer = setTimeout(() => limit.abort(timedOut(socketPath, request.timeoutMs)), request.timeoutMs);
	const onAbort = () => limit.abort(request.signal?.reason);
	request.signal?.addEventListener('abort', onAbort, { once: true });
	const explain = (error: unknown) =>
		limit.signal.aborted ? limit.signal.reason : unreachable(socketPath, error);
	const body = request.body === undefined ? undefined : JSON.stringify(request.body);
	const outgoing = httpRequest({
		socketPath,
		path: request.path,
		method: request.method ?? 'GET',
		agent: false,
		signal: limit.signal,
		headers: {
			Host: 'docker',
			...(body === undefined
				? {}
				: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }),
		},
	});
	const close = () => {
		clearTimeout(timer);
		request.signal?.removeEventListener('abort', onAbort);
		outgoing.destroy();
	};
	try {
		const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
			outgoing.on('error', reject);
			outgoing.once('response', resolve);
			outgoing.end(body);
		});
		if (stream) clearTimeout(timer);
		return { incoming, explain, close };
	} catch (error) {
		close();
		throw explain(error);
	}
}

/** The rest of an answer as text. */
export async function readBody(response: OpenResponse): Promise<string> {
	const chunks: Buffer[] = [];
	try {
		for await (const chunk of response.incoming) chunks.push(chunk as Buffer);
		return Buffer.concat(chunks).toString('utf8');
	} catch (error) {
		throw response.explain(error);
	} finally {
		response.close();
	}
}

/** One call with its whole answer. Rejections as `openRequest`, also when the engine goes away half-way. */
export async function callSocket(socketPath: string, request: SocketRequest): Promise<SocketResponse> {
	const response = await openRequest(socketPath, request, false);
	return { status: response.incoming.statusCode ?? 0, body: await readBody(response) };
}

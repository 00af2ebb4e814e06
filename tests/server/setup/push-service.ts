/** A push service over plain http, and a browser's end of its subscriptions: opens what was sealed for it (RFC 8188, 8291). */
import { createDecipheriv, createECDH, hkdfSync, randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PushPayload } from '#shared/contract/notifications.ts';

interface ReceivedPush {
	path: string;
	headers: IncomingHttpHeaders;
	body: Buffer;
	at: number;
}

interface PushAnswer {
	status: number;
	headers?: Record<string, string>;
}

export interface PushService {
	received: ReceivedPush[];
	/** Answers the next pushes to a subscription with these, then with 201. */
	answerNext(receiver: PushReceiver, ...answers: PushAnswer[]): void;
	subscribe(): PushReceiver;
	close(): Promise<void>;
}

export interface PushReceiver {
	path: string;
	input: { endpoint: string; p256dh: string; auth: string; locale: 'de' | 'en' };
	open(body: Buffer): PushPayload;
}

const derive = (secret: Buffer, salt: Buffer, info: Buffer | string, size: number): Buffer =>
	Buffer.from(hkdfSync('sha256', secret, salt, info, size));

export const startPushService = async (): Promise<PushService> => {
	const received: ReceivedPush[] = [];
	const answers = new Map<string, PushAnswer[]>();
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const { url = '' } = request;
			const { status, headers } = answers.get(url)?.shift() ?? { status: 201 };
			response.writeHead(status, headers).end();
			received.push({
				path: url,
				headers: request.headers,
				body: Buffer.concat(chunks),
				at: performance.now()
			});
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;

	const subscribe = (): PushReceiver => {
		const keys = createECDH('prime256v1');
		const publicKey = keys.generateKeys();
		const auth = randomBytes(16);
		const path = `/push/${randomUUID()}`;
		return {
			path,
			input: {
				endpoint: `http://127.0.0.1:${port}${path}`,
				p256dh: publicKey.toString('base64url'),
				auth: auth.toString('base64url'),
				locale: 'de'
			},
			open: (body) => {
				const salt = body.subarray(0, 16);
				const sender = body.subarray(21, 21 + (body[20] ?? 0));
				const sealed = body.subarray(21 + sender.length);
				const info = Buffer.concat([Buffer.from('WebPush: info\0'), publicKey, sender]);
				const secret = derive(keys.computeSecret(sender), auth, info, 32);
				const key = derive(secret, salt, 'Content-Encoding: aes128gcm\0', 16);
				const nonce = derive(secret, salt, 'Content-Encoding: nonce\0', 12);
				const cipher = createDecipheriv('aes-128-gcm', key, nonce);
				cipher.setAuthTag(sealed.subarray(-16));
				const padded = Buffer.concat([cipher.update(sealed.subarray(0, -16)), cipher.final()]);
				const text = padded.subarray(0, padded.lastIndexOf(2)).toString();
				return JSON.parse(text) as PushPayload;
			}
		};
	};

	return {
		received,
		answerNext: ({ path }, ...next) => void answers.set(path, next),
		subscribe,
		close: () => new Promise((resolve) => void server.close(() => resolve()))
	};
};

/** A push service over plain http, and a browser's end of its subscriptions: opens what was sealed for it (RFC 8188, 8291). */
import {
	createDecipheriv,
	createECDH,
	createPublicKey,
	hkdfSync,
	randomBytes,
	randomUUID,
	verify
} from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sql } from 'drizzle-orm';
import { expect } from 'vitest';
import type { PushPayload } from '#shared/contract/notifications.ts';
import { inServerDatabase } from '#tests/fixtures/server-database.ts';
import type { ApiServer } from './api-server.ts';

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

/** What a push service answers that wants to be left alone for an hour. */
export const HOLD_OFF: PushAnswer = { status: 429, headers: { 'retry-after': '3600' } };

/** The server has read that answer, and not only been given it. */
export const untilHeld = async ({ config }: ApiServer, { input }: PushReceiver): Promise<void> => {
	const held = () =>
		inServerDatabase(config.dataDir, async ({ read }) => {
			const { rowCount } = await read.execute(
				sql`select from push_subscriptions where endpoint = ${input.endpoint} and wait_until is not null`
			);
			return rowCount;
		});
	await expect.poll(held).toBe(1);
};

/** Who says in a push's header that they have sent it (RFC 8292), what else they say, and whether they have signed that. */
export const readVapid = (authorization = '') => {
	const [, token = '', key = ''] = /^vapid t=([^,]+), k=(.+)$/.exec(authorization) ?? [];
	const [header = '', claims = '', signature = ''] = token.split('.');
	const point = Buffer.from(key, 'base64url');
	const publicKey = createPublicKey({
		format: 'jwk',
		key: {
			kty: 'EC',
			crv: 'P-256',
			x: point.subarray(1, 33).toString('base64url'),
			y: point.subarray(33).toString('base64url')
		}
	});
	const signed = Buffer.from(`${header}.${claims}`);
	const how = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const;
	return {
		key,
		claims: JSON.parse(Buffer.from(claims, 'base64url').toString()) as unknown,
		isSigned: verify('sha256', signed, how, Buffer.from(signature, 'base64url'))
	};
};

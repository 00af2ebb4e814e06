/** A device with real sign-in keys that speaks to the API by the product's own transport. */
import {
	createHash,
	generateKeyPairSync,
	hkdfSync,
	randomBytes,
	randomUUID,
	sign
} from 'node:crypto';
import { WebSocket } from 'ws';
import { createTransport } from '#platform/transport/trpc-transport.ts';
import type { Transport } from '#core/sync/transport.ts';
import type { PersonRole } from '#shared/contract/directory.ts';
import { INVITATION_TOKEN_INFO } from '#shared/contract/enrolment.ts';
import type { LiveEvent } from '#shared/contract/live.ts';
import { signInMessage, type Me } from '#shared/contract/session.ts';
import { someBytes } from './bodies.ts';

const DOMAIN = 'lindenbach.example';

export interface DeviceKeys {
	publicKey: string;
	signIn(device: string, nonce: string): string;
}

export const makeDeviceKeys = (): DeviceKeys => {
	const { publicKey, privateKey } = generateKeyPairSync('ed25519');
	return {
		publicKey: publicKey.export({ format: 'jwk' }).x ?? '',
		signIn: (device, nonce) =>
			sign(null, signInMessage(DOMAIN, device, nonce), privateKey).toString('base64url')
	};
};

export const tokenOf = (secret: string): string =>
	Buffer.from(
		hkdfSync('sha256', Buffer.from(secret, 'base64url'), Buffer.alloc(0), INVITATION_TOKEN_INFO, 32)
	).toString('base64url');

export const tokenHashOf = (token: string): string =>
	createHash('sha256').update(Buffer.from(token, 'base64url')).digest('base64url');

export interface Client {
	api: Transport;
	person: string;
	device: string;
	keys: DeviceKeys;
	me: Me;
	/** The session's Cookie header. */
	cookie(): string;
	signIn(): Promise<Me>;
}

/** Keeps the session's cookie as a browser does, and shows it to the test. */
export const anonymous = (origin: string) => {
	let cookie = '';
	class Socket extends WebSocket {
		constructor(url: string) {
			super(url, { origin, headers: { cookie } });
		}
	}
	const api = createTransport({
		origin,
		WebSocket: Socket as never,
		fetch: async (url, init) => {
			const headers = new Headers(init?.headers);
			headers.set('origin', origin);
			headers.set('cookie', cookie);
			const response = await fetch(url, { ...init, headers });
			const [header] = response.headers.getSetCookie();
			if (header) cookie = header.split(';', 1)[0] ?? '';
			return response;
		}
	});
	return { api, cookie: () => cookie };
};

export const redeemInput = (
	token: string,
	{
		keys,
		device,
		displayName,
		identityKey = someBytes(32)
	}: { keys: DeviceKeys; device: string; displayName: string; identityKey?: string }
) => ({
	token,
	displayName,
	identityKey,
	device: {
		id: device,
		name: 'Node auf Linux',
		kind: 'desktop' as const,
		signatureKey: keys.publicKey,
		certificate: someBytes(200)
	},
	proof: keys.signIn(device, token)
});

/** Joins with an invitation's token. */
export const join = async (
	origin: string,
	token: string,
	displayName = 'Ada Admin',
	identityKey = someBytes(32)
): Promise<Client> => {
	const { api, cookie } = anonymous(origin);
	const keys = makeDeviceKeys();
	const device = randomUUID();
	const me = await api.enrolment.redeem(
		redeemInput(token, { keys, device, displayName, identityKey })
	);
	return {
		api,
		cookie,
		keys,
		device,
		me,
		person: me.person.id,
		async signIn() {
			const { nonce } = await api.session.challenge({ device });
			return api.session.signIn({ device, nonce, signature: keys.signIn(device, nonce) });
		}
	};
};

export const details = (displayName: string) => ({
	displayName,
	department: 'Bauhof',
	functionTitle: '',
	phone: '',
	email: ''
});

/** Invites a person, who joins with one device. */
export const invite = async (
	origin: string,
	admin: Client,
	{ name, role = 'member' }: { name: string; role?: PersonRole }
): Promise<Client> => {
	const token = randomBytes(32).toString('base64url');
	await admin.api.enrolment.create({
		id: randomUUID(),
		details: details(name),
		role,
		tokenHash: tokenHashOf(token),
		validHours: 24
	});
	return join(origin, token);
};

export interface Listener {
	events: LiveEvent[];
	errors: Error[];
	/** The first event that fits, of those that came and those that come. */
	next<T extends LiveEvent['type']>(
		type: T,
		fits?: (event: Extract<LiveEvent, { type: T }>) => boolean
	): Promise<Extract<LiveEvent, { type: T }>>;
	failure(): Promise<Error>;
	close(): void;
}

/** Subscribes to live events; resolves when the subscription is on the air. */
export const listen = async ({ api }: Pick<Client, 'api'>): Promise<Listener> => {
	const events: LiveEvent[] = [];
	const errors: Error[] = [];
	const waiting = new Set<() => void>();
	const tell = () => {
		for (const check of waiting) check();
	};
	const subscription = api.live({
		onEvent: (event) => {
			events.push(event);
			tell();
		},
		onState: () => undefined,
		onError: (error) => {
			errors.push(error);
			tell();
		}
	});
	const until = <T>(find: () => T | undefined): Promise<T> =>
		new Promise((resolve) => {
			const check = () => {
				const found = find();
				if (found === undefined) return;
				waiting.delete(check);
				resolve(found);
			};
			waiting.add(check);
			check();
		});
	const listener: Listener = {
		events,
		errors,
		next: (type, fits = () => true) => {
			type Wanted = Extract<LiveEvent, { type: typeof type }>;
			return until(() =>
				events.find((event): event is Wanted => event.type === type && fits(event as Wanted))
			);
		},
		failure: () => until(() => errors[0]),
		close: () => subscription.close()
	};
	await listener.next('ready');
	return listener;
};

/** The code that a call fails with. */
export const codeOf = async (call: Promise<unknown>): Promise<string> => {
	try {
		await call;
	} catch (error) {
		return (error as { code: string }).code;
	}
	return 'no error';
};

/**
 * The one way out: requests to addresses that somebody else named (push services). No private networks, the
 * resolved address is the one that is used, no redirects, time and size bounded. Must never log an address:
 * that of a push subscription is a capability.
 */
import { lookup } from 'node:dns';
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';

// Two lists: one that holds IPv6 ranges takes an IPv4 address for the IPv6 address that contains it.
const private4 = new BlockList();
const private6 = new BlockList();
for (const [address, bits] of [
	['0.0.0.0', 8],
	['10.0.0.0', 8],
	['100.64.0.0', 10],
	['127.0.0.0', 8],
	['169.254.0.0', 16],
	['172.16.0.0', 12],
	['192.0.0.0', 24],
	['192.0.2.0', 24],
	['192.168.0.0', 16],
	['198.18.0.0', 15],
	['198.51.100.0', 24],
	['203.0.113.0', 24],
	['224.0.0.0', 4],
	['240.0.0.0', 4]
] as const) {
	private4.addSubnet(address, bits, 'ipv4');
}
// Of IPv6 only global unicast is public, without documentation, Teredo and 6to4, which carry IPv4 inside.
for (const [address, bits] of [
	['::', 3],
	['4000::', 2],
	['8000::', 1],
	['2001::', 23],
	['2001:db8::', 32],
	['2002::', 16]
] as const) {
	private6.addSubnet(address, bits, 'ipv6');
}

/** `address` must be an IP address. */
export const isPrivateAddress = (address: string): boolean =>
	isIP(address) === 6 ? private6.check(address, 'ipv6') : private4.check(address, 'ipv4');

/** Resolves only to public addresses, so that what was checked is what is connected to. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
	lookup(hostname, { ...options, all: true }, (error, found) => {
		const open = error ? [] : found.filter(({ address }) => !isPrivateAddress(address));
		const [first] = open;
		if (!first) callback(error ?? new Error('no public address'), '', 0);
		else if (options.all) callback(null, open);
		else callback(null, first.address, first.family);
	});
};

export interface OutgoingRequest {
	url: string;
	method: 'POST';
	headers: Record<string, string | number>;
	body: Buffer;
}

export interface OutgoingResponse {
	status: number;
	headers: IncomingMessage['headers'];
}

export interface OutgoingOptions {
	/** Private networks, plain http and any port, for tests. */
	allowPrivate: boolean;
	timeoutMillis: number;
}

/** Whether a request to this URL would be made at all. */
export const isAllowedUrl = (
	text: string,
	{ allowPrivate }: { allowPrivate: boolean }
): boolean => {
	if (!URL.canParse(text)) return false;
	const { protocol, hostname, port, username, password } = new URL(text);
	if (username || password) return false;
	if (allowPrivate) return protocol === 'https:' || protocol === 'http:';
	const host = hostname.replace(/^\[|\]$/g, '');
	const isPublic = isIP(host) === 0 || !isPrivateAddress(host);
	return protocol === 'https:' && (port === '' || port === '443') && isPublic;
};

const send = (
	{ url, method, headers, body }: OutgoingRequest,
	options: RequestOptions
): Promise<OutgoingResponse> =>
	new Promise((resolve, reject) => {
		const start = url.startsWith('https:') ? httpsRequest : httpRequest;
		const request = start(url, { ...options, method, headers }, (response) => {
			// What an answer says beside its status is nobody's business here.
			response.destroy();
			resolve({ status: response.statusCode ?? 0, headers: response.headers });
		});
		request.once('error', reject);
		request.end(body);
	});

/** Rejects when no answer came in time, or the address is not one that may be asked. */
export const sendOutgoing = async (
	request: OutgoingRequest,
	{ allowPrivate, timeoutMillis }: OutgoingOptions
): Promise<OutgoingResponse> => {
	if (!isAllowedUrl(request.url, { allowPrivate })) throw new Error('address not allowed');
	const signal = AbortSignal.timeout(timeoutMillis);
	return send(request, allowPrivate ? { signal } : { signal, lookup: publicLookup });
};

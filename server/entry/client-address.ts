/** Which address a request came from: the connection's, or what a proxy that is trusted says about it. */
import { BlockList, isIP } from 'node:net';
import type { IncomingMessage } from 'node:http';

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** IPv4 in the clothes of IPv6, as sockets that listen on both report it. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/, '');

/**
 * `trusted` holds addresses and ranges. `X-Forwarded-For` is read from the right: the first address that is
 * no trusted proxy is the client; everything left of it is only what the client claims.
 */
export function createAddressReader(
	trusted: readonly string[]
): (request: IncomingMessage) => string {
	const proxies = new BlockList();
	for (const entry of trusted) {
		const [address = '', bits] = entry.split('/');
		if (bits === undefined) proxies.addAddress(address, familyOf(address));
		else proxies.addSubnet(address, Number(bits), familyOf(address));
	}
	const isTrusted = (address: string): boolean => proxies.check(address, familyOf(address));

	return (request) => {
		let client = plain(request.socket.remoteAddress ?? '');
		const header = request.headers['x-forwarded-for'];
		const hops = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',').reverse();
		for (const hop of hops) {
			const address = plain(hop.trim());
			if (!isTrusted(client) || isIP(address) === 0) break;
			client = address;
		}
		return client;
	};
}

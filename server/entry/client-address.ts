/** Which address a request came from: the connection's, or what a proxy that is trusted says about it. */
import { BlockList, isIP } from 'node:net';
import type { IncomingMessage } from 'node:http';

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** One customer's line has a whole /64 of IPv6 addresses (RFC 6177): limits count the network, not what it may choose. */
const networkOf = (address: string): string => {
	if (isIP(address) !== 6) return address;
	const [head = '', tail] = (address.split('%', 1)[0] ?? '').split('::');
	const groups = head === '' ? [] : head.split(':');
	// Four groups hold the network; zeros that were left out are counted from the end.
	const after = tail ? tail.split(':') : [];
	const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - after.length);
	const all = [...groups, ...Array.from({ length: zeros }, () => '0'), ...after];
	const network = all.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
	return `${network.join(':')}::/64`;
};

/** IPv4 in the clothes of IPv6, as sockets that listen on both report it. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/, '');

/**
 * `trusted` holds addresses and ranges. `X-Forwarded-For` is read from the right: the first address that is
 * no trusted proxy is the client; everything left of it is only what the client claims. Of an IPv6 address the
 * network is returned.
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
		return networkOf(client);
	};
}

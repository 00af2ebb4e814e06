import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { isAllowedUrl, isPrivateAddress, sendOutgoing } from './outgoing.ts';

const request = (url: string) => ({
	url,
	method: 'POST' as const,
	headers: {},
	body: Buffer.from('x')
});

test.each([
	'127.0.0.1',
	'10.1.2.3',
	'172.31.255.255',
	'192.168.0.1',
	'169.254.169.254',
	'100.64.0.1',
	'0.0.0.0',
	'224.0.0.1',
	'255.255.255.255',
	'::1',
	'::',
	'::ffff:10.0.0.1',
	'fe80::1',
	'fd00::1',
	'ff02::1',
	'2002:7f00:1::',
	'64:ff9b::7f00:1',
	'2001:db8::1'
])('%s is not public', (address) => {
	expect(isPrivateAddress(address)).toBe(true);
});

test.each(['8.8.8.8', '172.32.0.1', '2606:4700:4700::1111', '2a00:1450:4001:80b::200e'])(
	'%s is public',
	(address) => {
		expect(isPrivateAddress(address)).toBe(false);
	}
);

test.each([
	'http://push.example/',
	'https://push.example:8443/',
	'https://127.0.0.1/',
	'https://2130706433/',
	'https://0x7f.1/',
	'https://[::1]/',
	'https://[::ffff:169.254.169.254]/',
	'https://user@push.example/',
	'ftp://push.example/',
	'push.example'
])('%s is not asked', async (url) => {
	expect(isAllowedUrl(url, { allowPrivate: false })).toBe(false);
	const sent = sendOutgoing(request(url), { allowPrivate: false, timeoutMillis: 1000 });
	await expect(sent).rejects.toThrow('address not allowed');
});

test('a name that leads into the own network is not followed', async () => {
	const sent = sendOutgoing(request('https://localhost/'), {
		allowPrivate: false,
		timeoutMillis: 5000
	});
	await expect(sent).rejects.toThrow('no public address');
});

test('an answer that does not come is not waited for', async () => {
	const server = createServer(() => undefined);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	const sent = sendOutgoing(request(`http://127.0.0.1:${port}/`), {
		allowPrivate: true,
		timeoutMillis: 200
	});
	await expect(sent).rejects.toThrow();
	server.closeAllConnections();
	server.close();
});

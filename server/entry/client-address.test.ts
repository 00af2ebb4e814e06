import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createAddressReader } from './client-address.ts';

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

/** What the reader says about a request from 127.0.0.1 with this header. */
async function addressOf(trusted: string[], forwarded?: string): Promise<string> {
	const read = createAddressReader(trusted);
	const server = createServer((request, response) => response.end(read(request)));
	closing.push(() => server.close());
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
	return new Promise((resolve, reject) => {
		send({ port, host: '127.0.0.1', headers, agent: false }, (response) => {
			response.setEncoding('utf8').once('data', resolve);
		})
			.on('error', reject)
			.end();
	});
}

test('without a trusted proxy the header is only a claim', async () => {
	expect(await addressOf([], '203.0.113.9')).toBe('127.0.0.1');
});

test('a trusted proxy is believed about the hop before it, not about what that one claims', async () => {
	expect(await addressOf(['127.0.0.1'], '198.51.100.1, 203.0.113.9')).toBe('203.0.113.9');
});

test('a chain of trusted proxies is followed', async () => {
	const trusted = ['127.0.0.0/8', '10.0.0.0/8'];
	expect(await addressOf(trusted, '203.0.113.9, 10.1.2.3')).toBe('203.0.113.9');
});

test('an IPv6 client behind a proxy is read, and told by its network', async () => {
	for (const address of ['2001:db8::7', '2001:0DB8:0:0:1:2:3:4', '2001:db8:0::ffff:1.2.3.4']) {
		expect(await addressOf(['127.0.0.1'], address)).toBe('2001:db8:0:0::/64');
	}
	expect(await addressOf(['127.0.0.1'], '2001:db8:0:1::7')).toBe('2001:db8:0:1::/64');
	expect(await addressOf(['127.0.0.1'], '::1')).toBe('0:0:0:0::/64');
});

test('a broken header leaves the last address that is certain', async () => {
	expect(await addressOf(['127.0.0.1'], 'unknown')).toBe('127.0.0.1');
	expect(await addressOf(['127.0.0.1'])).toBe('127.0.0.1');
});

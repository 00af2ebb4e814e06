import { describe, expect, test } from 'vitest';
import { StartError } from '#server/kernel/start-error.ts';
import { readConfig } from './config.ts';

describe('settings', () => {
	test('have defaults for everything', () => {
		expect(readConfig({})).toMatchObject({
			port: 3000,
			host: '127.0.0.1',
			origin: 'http://localhost:3000',
			databaseUrl: null,
			authority: { name: 'Dienstweg', domain: 'localhost' },
			vapidSubject: 'mailto:postmaster@localhost'
		});
	});

	test('treat an empty variable as none', () => {
		expect(readConfig({ PORT: '', DATABASE_URL: ' ' })).toEqual(readConfig({}));
	});

	test('take domain and VAPID subject from the origin', () => {
		const config = readConfig({ ORIGIN: 'https://chat.lindenbach.example/' });
		expect(config.origin).toBe('https://chat.lindenbach.example');
		expect(config.authority.domain).toBe('chat.lindenbach.example');
		expect(config.vapidSubject).toBe('https://chat.lindenbach.example');
	});

	test('allow http on this machine only', () => {
		for (const host of ['localhost:3000', '127.0.0.1:80', '[::1]:3000', 'chat.localhost']) {
			expect(readConfig({ ORIGIN: `http://${host}` }).origin).toMatch(/^http:/);
		}
	});

	test('read lists and switches', () => {
		const config = readConfig({
			TRUSTED_PROXY: '127.0.0.1, 10.0.0.0/8 ,::1',
			RATE_LIMIT_FACTOR: '2.5',
			PUSH_ALLOW_PRIVATE: 'true'
		});
		expect(config.trustedProxies).toEqual(['127.0.0.1', '10.0.0.0/8', '::1']);
		expect(config.rateLimitFactor).toBe(2.5);
		expect(config.pushAllowPrivate).toBe(true);
	});

	test('cannot be changed afterwards', () => {
		const config = readConfig({});
		expect(Object.isFrozen(config)).toBe(true);
		expect(Object.isFrozen(config.authority)).toBe(true);
		expect(Object.isFrozen(config.trustedProxies)).toBe(true);
	});

	test.each([
		['PORT', 'eighty'],
		['PORT', '0'],
		['PORT', '65536'],
		['HOST', 'not a host'],
		['ORIGIN', 'chat.example.org'],
		['ORIGIN', 'http://chat.example.org'],
		['ORIGIN', 'https://chat.example.org/path'],
		['ORIGIN', 'https://user:canary@chat.example.org'],
		['DATABASE_URL', 'mysql://user:canary@host/db'],
		['DATABASE_URL', 'canary'],
		['AUTHORITY_NAME', `canary\u0007`],
		['AUTHORITY_NAME', 'x'.repeat(121)],
		['AUTHORITY_DOMAIN', 'Stadt Lindenbach'],
		['VAPID_SUBJECT', 'it@example.org'],
		['LOG_LEVEL', 'loud'],
		['TRUSTED_PROXY', '10.0.0.0/33'],
		['TRUSTED_PROXY', 'proxy.example.org'],
		['RATE_LIMIT_FACTOR', '0'],
		['RATE_LIMIT_FACTOR', '-1'],
		['CLIENT_MEMORY', '7'],
		['CLIENT_MEMORY', '1 GB'],
		['PUSH_ALLOW_PRIVATE', 'yes']
	])('%s=%s stops the start with one sentence', (name, value) => {
		const error = (() => {
			try {
				readConfig({ [name]: value });
				return undefined;
			} catch (thrown) {
				return thrown;
			}
		})();
		expect(error).toBeInstanceOf(StartError);
		const { message } = error as StartError;
		expect(message).toMatch(new RegExp(`^${name} is wrong: [^\\n]+\\.$`));
		expect(message).not.toContain('canary');
	});
});

/**
 * Loaded into a server under test (`node --import`): what it sends to the browser makers' push host arrives at
 * the mock on this machine instead, over real TLS with a certificate that it was told to trust. Changes nothing
 * for any other host.
 */
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import tls from 'node:tls';

const HOSTS = ['fcm.googleapis.com', 'jmt17.google.com'];
/** A public address that nothing else in a test has; guards against private ranges let it pass. */
const ADDRESS = '142.250.74.106';
const port = Number(process.env['PUSH_MOCK_PORT']);

const { lookup } = dns;
dns.lookup = (host, options, callback) => {
	const done = typeof options === 'function' ? options : callback;
	if (!HOSTS.includes(host)) return lookup(host, options, callback);
	const all = typeof options === 'object' && options?.all;
	process.nextTick(() =>
		all ? done(null, [{ address: ADDRESS, family: 4 }]) : done(null, ADDRESS, 4)
	);
};
const lookupPromise = dns.promises.lookup;
dns.promises.lookup = async (host, options) => {
	if (!HOSTS.includes(host)) return lookupPromise(host, options);
	return options?.all ? [{ address: ADDRESS, family: 4 }] : { address: ADDRESS, family: 4 };
};

const names = [...HOSTS, ADDRESS];
const meant = (options) => names.includes(options?.host) || names.includes(options?.servername);
for (const module of [net, tls]) {
	const { connect } = module;
	module.connect = (...args) => {
		const [options, ...rest] = args;
		if (!meant(options)) return connect(...args);
		return connect({ ...options, host: '127.0.0.1', port, lookup: undefined }, ...rest);
	};
}
syncBuiltinESMExports();

/**
 * Fan-out: 100 messages a second, each to a group of 300 connected devices, with 1,000 and 5,000 sockets open.
 * Measured from the sender's call to the frame in the receiver's hands, through checks, commit and hub; then
 * the same load on raw `ws` without any of that, and the ratio of the two. Commits wait for the disk, raw `ws`
 * does not: one stall of the disk for a tenth of a second is in the p99 of ten seconds.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { uuidV7 } from '#core/crypto/uuid.ts';
import { PROTOCOL_VERSION } from '#shared/contract/primitives.ts';
import { startServer } from '#tests/fixtures/server.ts';
import { gatherCrowd, send, someEnvelope } from './crowd.ts';
import type { Report } from './run.ts';
import { percentile, round } from './samples.ts';

const SIZES = [1000, 5000];
const GROUP = 300;
const PER_SECOND = 100;
const WARM_UP_SECONDS = 3;
const SECONDS = 10;

/** Something that takes a message for a group and hands it to the group's sockets. */
interface Target {
	pid: number;
	/** Opens socket number `at`; its frames go to `onFrame`. */
	open(at: number, onFrame: (frame: Buffer) => void): Promise<WebSocket>;
	post(group: number, id: string): Promise<void>;
	groups: number;
	close(): Promise<void>;
}

const opened = (socket: WebSocket, isReady: (frame: Buffer) => boolean): Promise<WebSocket> =>
	new Promise((resolve, reject) => {
		socket.once('error', reject);
		socket.once('close', (code) => reject(new Error(`a socket was closed with ${code}`)));
		socket.on('message', function first(frame: Buffer) {
			if (!isReady(frame)) return;
			socket.off('message', first);
			resolve(socket);
		});
	});

async function dienstweg(size: number): Promise<Target> {
	const server = await startServer({ env: { RATE_LIMIT_FACTOR: '1000', LOG_LEVEL: 'error' } });
	const { devices, groups } = await gatherCrowd(server, size, GROUP);
	return {
		pid: server.pid(),
		groups: groups.length,
		async open(at, onFrame) {
			const url = `ws://127.0.0.1:${server.port}/api/live?connectionParams=1`;
			const { cookie, origin } = devices[at]?.headers ?? {};
			const socket = new WebSocket(url, {
				headers: { cookie, origin },
				perMessageDeflate: false
			});
			socket.once('open', () => {
				const data = { protocol: String(PROTOCOL_VERSION) };
				socket.send(JSON.stringify({ method: 'connectionParams', data }));
				const params = { path: 'live.events' };
				socket.send(JSON.stringify({ id: 1, jsonrpc: '2.0', method: 'subscription', params }));
			});
			await opened(socket, (frame) => frame.includes('"ready"'));
			socket.on('message', onFrame);
			return socket;
		},
		async post(at, id) {
			const group = groups[at];
			const sender = devices[group?.devices[0] ?? 0];
			if (!group || !sender) throw new Error('no such group');
			await send(server, sender, { conversation: group.id, id, envelope: someEnvelope() });
		},
		close: () => server.close()
	};
}

async function raw(size: number): Promise<Target> {
	const file = path.join(import.meta.dirname, 'raw-fanout.ts');
	const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', file], {
		stdio: ['ignore', 'pipe', 'inherit']
	});
	const port = await new Promise<number>((resolve) => {
		child.stdout?.on('data', (chunk: Buffer) => resolve(Number(chunk.toString().split(' ')[1])));
	});
	const groups = Math.floor(size / GROUP);
	return {
		pid: child.pid ?? 0,
		groups,
		async open(at, onFrame) {
			const socket = new WebSocket(`ws://127.0.0.1:${port}/${Math.floor(at / GROUP)}`, {
				perMessageDeflate: false
			});
			await opened(socket, () => true);
			socket.on('message', onFrame);
			return socket;
		},
		async post(at, id) {
			// As long as the frame of the server's event.
			const body = JSON.stringify({ id, envelope: someEnvelope(), rest: 'x'.repeat(280) });
			await fetch(`http://127.0.0.1:${port}/${at}`, { method: 'POST', body }).then((r) => r.text());
		},
		close: async () => void child.kill()
	};
}

/** Seconds of processor time that a process has used, and its resident bytes. */
async function usage(pid: number): Promise<{ cpu: number; memory: number }> {
	const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
	return {
		cpu: (Number(fields[11]) + Number(fields[12])) / 100,
		memory: Number(fields[21]) * 4096
	};
}

async function load(target: Target, sent: Map<string, number>, seconds: number): Promise<void> {
	const calls: Promise<void>[] = [];
	const from = performance.now();
	for (let count = 0; count < seconds * PER_SECOND; count += 1) {
		const wait = from + (count * 1000) / PER_SECOND - performance.now();
		if (wait > 0) await sleep(wait);
		const id = uuidV7(Date.now());
		sent.set(id, performance.now());
		calls.push(target.post(count % target.groups, id));
	}
	await Promise.all(calls);
}

interface Outcome {
	p50: number;
	p99: number;
	cpu: number;
	memory: number;
	n: number;
	missing: number;
}

const ID = /"id":"([0-9a-f-]{36})"/;

async function measure(target: Target, size: number): Promise<Outcome> {
	const sent = new Map<string, number>();
	let delays: number[] = [];
	const onFrame = (frame: Buffer) => {
		const now = performance.now();
		const id = ID.exec(frame.toString('latin1'))?.[1];
		const at = id === undefined ? undefined : sent.get(id);
		if (at !== undefined) delays.push(now - at);
	};
	const before = await usage(target.pid);
	const sockets: WebSocket[] = [];
	for (let at = 0; at < size; at += 50) {
		const some = Array.from({ length: Math.min(50, size - at) }, (_, offset) => at + offset);
		sockets.push(...(await Promise.all(some.map((one) => target.open(one, onFrame)))));
	}
	const connected = await usage(target.pid);
	await load(target, sent, WARM_UP_SECONDS);
	await sleep(500);
	delays = [];
	sent.clear();
	const start = await usage(target.pid);
	await load(target, sent, SECONDS);
	await sleep(1000);
	const end = await usage(target.pid);
	for (const socket of sockets) socket.terminate();
	return {
		p50: percentile(delays, 0.5),
		p99: percentile(delays, 0.99),
		cpu: (end.cpu - start.cpu) / SECONDS,
		memory: (connected.memory - before.memory) / size,
		n: delays.length,
		missing: SECONDS * PER_SECOND * GROUP - delays.length
	};
}

export async function run(report: Report): Promise<void> {
	for (const size of SIZES) {
		const outcomes: Outcome[] = [];
		for (const make of [dienstweg, raw]) {
			const target = await make(size);
			try {
				outcomes.push(await measure(target, size));
			} finally {
				await target.close();
			}
		}
		const [ours, floor] = outcomes;
		if (!ours || !floor) throw new Error('nothing measured');
		const put = (metric: string, value: number, unit: string) =>
			report({ metric: `${metric}@${size}`, value: round(value), unit, n: ours.n });
		put('p50', ours.p50, 'ms');
		put('p99', ours.p99, 'ms');
		put('cpu', ours.cpu, 'cores');
		put('memory-per-socket', ours.memory / 1024, 'KiB');
		put('missing', ours.missing, 'deliveries');
		put('raw-p50', floor.p50, 'ms');
		put('raw-p99', floor.p99, 'ms');
		put('raw-cpu', floor.cpu, 'cores');
		put('raw-memory-per-socket', floor.memory / 1024, 'KiB');
		put('p50-ratio', ours.p50 / floor.p50, 'x');
		put('p99-ratio', ours.p99 / floor.p99, 'x');
		put('cpu-ratio', ours.cpu / floor.cpu, 'x');
		put('memory-ratio', ours.memory / floor.memory, 'x');
	}
}

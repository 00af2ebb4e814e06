/**
 * The floor that `fanout` is measured against: raw `ws`, which writes what is posted to a group's sockets,
 * with no database, no sessions and no rules. Runs as a process of its own, as the server does.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

const groups = new Map<string, Set<WebSocket>>();
const http = createServer((request, response) => {
	const chunks: Buffer[] = [];
	request.on('data', (chunk: Buffer) => chunks.push(chunk));
	request.on('end', () => {
		const body = Buffer.concat(chunks);
		for (const socket of groups.get(request.url ?? '') ?? []) socket.send(body, { binary: false });
		response.end('{}');
	});
});
const sockets = new WebSocketServer({ server: http, perMessageDeflate: false });
sockets.on('connection', (socket, request) => {
	const group = request.url ?? '';
	const members = groups.get(group) ?? new Set<WebSocket>();
	groups.set(group, members.add(socket));
	socket.on('close', () => members.delete(socket));
	socket.send('ready');
});
http.listen(0, '127.0.0.1', () => {
	process.stdout.write(`port ${(http.address() as AddressInfo).port}\n`);
});

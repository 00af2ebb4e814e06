/** A headless engine for the demo: enrols by a link, keeps its sealed store in memory. */
import { randomBytes } from 'node:crypto';
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { enrolDevice, type Engine } from '#core/engine/engine.ts';
import { createNodeTransport } from '#platform/transport/node-session.ts';
import type { Colleague } from './town.ts';

export function demoEngine(link: string, colleague: Colleague): Promise<Engine> {
	const { origin, hash } = new URL(link);
	return enrolDevice({
		transport: createNodeTransport({ url: origin }),
		origin,
		databases: { indexedDB: new IDBFactory(), IDBKeyRange },
		name: `demo-${colleague.key}`,
		key: new Uint8Array(randomBytes(32)),
		secret: hash.slice(1),
		displayName: colleague.displayName,
		device: { name: `Diensthandy ${colleague.displayName.split(' ')[0]}`, kind: 'phone' }
	});
}

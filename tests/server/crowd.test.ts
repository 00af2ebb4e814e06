/** The crowd that benches write past the server into its database is one that the server takes for real. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { gatherCrowd, send, someEnvelope } from '#tests/bench/crowd.ts';
import { startServer } from '#tests/fixtures/server.ts';

test('everybody in a crowd may write to their group, and nobody to another one', async () => {
	const server = await startServer();
	try {
		const { devices, groups } = await gatherCrowd(server, 6, 3);
		expect(groups).toHaveLength(2);
		const sendTo = (conversation = '', at = 0) => {
			const [device] = devices.slice(at);
			if (!device) throw new Error('no such device');
			return send(server, device, { conversation, id: randomUUID(), envelope: someEnvelope() });
		};
		for (const group of groups) for (const at of group.devices) await sendTo(group.id, at);
		await expect(sendTo(groups[1]?.id)).rejects.toThrow('not_found');
	} finally {
		await server.close();
	}
});

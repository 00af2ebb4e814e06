/** Durable sends: 50 senders in one group, each waiting for its acknowledgement before the next message. */
import { uuidV7 } from '#core/crypto/uuid.ts';
import { startServer } from '#tests/fixtures/server.ts';
import { gatherCrowd, send, someEnvelope } from './crowd.ts';
import type { Report } from './run.ts';
import { percentile, round } from './samples.ts';

const SENDERS = 50;
const WARM_UP = 2000;
const MEASURED = 10_000;

export async function run(report: Report): Promise<void> {
	const server = await startServer({ env: { RATE_LIMIT_FACTOR: '1000', LOG_LEVEL: 'error' } });
	try {
		const { devices, groups } = await gatherCrowd(server, SENDERS, SENDERS);
		const conversation = groups[0]?.id ?? '';
		const waits: number[] = [];
		const until = async (milliseconds: number) => {
			const end = performance.now() + milliseconds;
			await Promise.all(
				devices.map(async (device) => {
					while (performance.now() < end) {
						const from = performance.now();
						await send(server, device, {
							conversation,
							id: uuidV7(Date.now()),
							envelope: someEnvelope()
						});
						waits.push(performance.now() - from);
					}
				})
			);
		};
		await until(WARM_UP);
		waits.length = 0;
		await until(MEASURED);
		const n = waits.length;
		report({ metric: 'rate', value: round((n * 1000) / MEASURED), unit: '1/s', n });
		report({ metric: 'p50', value: round(percentile(waits, 0.5)), unit: 'ms', n });
		report({ metric: 'p99', value: round(percentile(waits, 0.99)), unit: 'ms', n });
	} finally {
		await server.close();
	}
}

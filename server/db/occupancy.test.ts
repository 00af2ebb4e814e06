import { afterEach, expect, test, vi } from 'vitest';
import { createLog } from '#server/kernel/log.ts';
import { occupy } from './occupancy.ts';

afterEach(() => void vi.restoreAllMocks());

test('a database that does not answer is not said to be taken', async () => {
	vi.spyOn(Date, 'now').mockReturnValueOnce(0).mockReturnValue(60_000);
	const occupancy = occupy({
		address: { host: '/nowhere', port: 1, user: 'x', password: 'x', database: 'x' },
		log: createLog('silent'),
		onLost: () => undefined
	});
	await expect(occupancy).rejects.toThrow(
		/^The database in DATABASE_URL does not let the server in/
	);
});

import { expect, test } from 'vitest';
import { Memory } from './memory.ts';

test('a device that was revoked stays so, whatever fails for that afterwards', () => {
	const memory = new Memory();
	memory.setProblem('internal');
	memory.setProblem('device_revoked');
	memory.setProblem('internal');
	memory.setCaughtUp();
	expect(memory.problem).toBe('device_revoked');
	memory.close();
});

import { expect, test } from 'vitest';
import { createLog } from './log.ts';

function logged(write: (log: ReturnType<typeof createLog>) => void): Record<string, unknown> {
	let line = '';
	write(createLog('debug', { write: (text) => void (line += text) }));
	return JSON.parse(line) as Record<string, unknown>;
}

test('an error is told by name, code and place, never by its text', () => {
	const cause = Object.assign(new Error('Key (title)=(canary) exists'), { code: '23505' });
	const error = new Error('Failed query, params: canary', { cause });
	const line = logged((log) => log.error({ error }, 'a write failed'));
	expect(JSON.stringify(line)).not.toContain('canary');
	expect(line).toMatchObject({
		level: 'error',
		message: 'a write failed',
		error: { name: 'Error', cause: { code: '23505' } }
	});
});

test('what is not an error is told by its type only', () => {
	const line = logged((log) => log.error({ error: 'canary' }, 'thrown'));
	expect(JSON.stringify(line)).not.toContain('canary');
});

test.each(['token', 'cookie', 'secret', 'password', 'endpoint', 'text'])(
	'a field called %s is cut out, also one level down',
	(field) => {
		const line = logged((log) =>
			log.info({ [field]: 'canary', deep: { [field]: 'canary', n: 1 } })
		);
		expect(JSON.stringify(line)).not.toContain('canary');
		expect(line['deep']).toEqual({ n: 1 });
	}
);

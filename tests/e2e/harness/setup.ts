/** After a test that failed: what everybody saw at that moment, as pictures in tests/.output. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { afterEach } from 'vitest';
import { seated } from './colleague.ts';

const OUTPUT = path.resolve(import.meta.dirname, '../../.output');

afterEach(async ({ task }) => {
	if (task.result?.state !== 'fail') return;
	await mkdir(OUTPUT, { recursive: true });
	const test = task.name.replace(/\W+/g, '-').slice(0, 60);
	for (const [index, { name, page }] of seated.entries()) {
		if (page.isClosed()) continue;
		const file = `${test}-${index}-${name.replace(/\W+/g, '-')}.png`;
		// A page that hangs must not hide why the test failed.
		await page.screenshot({ path: path.join(OUTPUT, file), timeout: 5000 }).catch(() => undefined);
	}
});

/** A server, or whoever got hold of it, that shows another identity key of somebody who is known. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toBase64url } from '#core/crypto/bytes.ts';
import type { Colleague } from '#tests/fixtures/colleagues.ts';
import { joinColleague, joinFromLink } from '#tests/fixtures/colleagues.ts';
import type { TestServer } from '#tests/fixtures/server.ts';
import { startServer } from '#tests/fixtures/server.ts';

let server: TestServer;
let alice: Colleague;

beforeAll(async () => {
	server = await startServer();
	alice = await joinFromLink('Alice', await server.firstLink());
});
afterAll(async () => {
	await alice?.leaveApp();
	await server?.close();
});

test('is not believed, the person is told, and messages go on under the known one', async () => {
	let foreign: string | null = null;
	const carola = await joinColleague(alice, 'Carola', {
		wrap: (inner) => ({
			...inner,
			directory: {
				...inner.directory,
				changes: async (input) => {
					const { people, ...rest } = await inner.directory.changes(input);
					const disguised = people.map((person) => ({
						...person,
						identityKey: person.identityKey && (foreign ?? person.identityKey)
					}));
					return { ...rest, people: disguised };
				}
			}
		})
	});
	const id = await carola.find('Alice');
	const between = await carola.chatWith('Alice');
	await carola.write(between, 'Vorher');
	await alice.untilText(between, 'Vorher');

	foreign = toBase64url(new Uint8Array(32).fill(7));
	const details = { department: 'IT', functionTitle: '', phone: '', email: '' };
	await alice.call('updatePerson', { id, details: { ...details, displayName: 'Alice' } });
	// She may ask once more in between, and be shown the key before the department.
	const changed = await carola.until('person', { id }, (person) => person?.department === 'IT');
	expect(changed).toMatchObject({ keyChanged: true });
	const detail = await carola.until('conversation', { id: between }, (value) => value !== null);
	expect(detail?.person).toMatchObject({ keyChanged: true });
	await carola.openApp();
	await carola.until('person', { id }, (person) => person?.keyChanged === true);
	await carola.write(between, 'Nachher');
	await alice.untilText(between, 'Nachher');
	await alice.write(between, 'Kommt an');
	await carola.untilText(between, 'Kommt an');
	await carola.leaveApp();
});

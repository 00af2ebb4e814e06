/** The keys of a person's account, by the code that their browser shows: for tests that look for them. */
import { openRecoveryCode } from '#core/engine/recover-by-code.ts';
import { createNodeTransport } from '#platform/transport/node-session.ts';
import type { Colleague } from './colleague.ts';
import type { Needle } from './residue.ts';

async function writeDownCode(person: Colleague): Promise<string> {
	await person.go('/mehr/wiederherstellung');
	await person.button('recovery_make').click();
	const groups = person.page.locator('article li');
	await groups.nth(6).waitFor();
	const code = await groups.allTextContents();
	await person.button('recovery_shown_next').click();
	await person.page.getByRole('main').getByRole('textbox').first().waitFor();
	for (const [at, group] of code.entries()) {
		const field = person.field('recovery_check_group', { number: at + 1 });
		if ((await field.count()) > 0) await field.fill(group);
	}
	await person.button('recovery_check_go').click();
	await person.heading('recovery_have_title').waitFor();
	return code.join(' ');
}

/** The secret half of the identity, and all generations of the backup key. */
export async function accountKeysOf(person: Colleague, origin: string): Promise<Needle[]> {
	const code = await writeDownCode(person);
	const grant = await openRecoveryCode(createNodeTransport({ url: origin }), code);
	return [
		{ name: 'identity key', bytes: grant.identity.secretKey },
		...grant.generations.map(({ generation, key }) => ({
			name: `backup key ${generation}`,
			bytes: key
		}))
	];
}

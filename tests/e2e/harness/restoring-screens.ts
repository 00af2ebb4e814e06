/** Recovery by IT as people go through it: the steps of administrators, of custodians, and at the new device. */
import { expect } from 'vitest';
import { PROTOCOL_VERSION } from '#shared/contract/primitives.ts';
import type { Colleague } from './colleague.ts';
import { at, dialog } from './ways.ts';

/** The sheet in which custodians are chosen, whether recovery by IT is on already or not. */
export async function openChoice(admin: Colleague): Promise<void> {
	await at({ person: admin }, '/verwaltung/richtlinien', 'admin_page');
	const isOn = admin.page.getByRole('switch', {
		name: admin.word('custodians_switch'),
		exact: true
	});
	await isOn.waitFor();
	if ((await isOn.getAttribute('aria-checked')) === 'false') await isOn.click();
	else await admin.button('custodians_change').click();
	await dialog({ person: admin }, 'custodians_choose_title').waitFor();
}

/** These people, and whoever was chosen already. */
export async function chooseCustodians(admin: Colleague, names: readonly string[]): Promise<void> {
	await openChoice(admin);
	for (const name of names) {
		const row = admin.page.getByRole('checkbox', { name: new RegExp(name) });
		if ((await row.getAttribute('aria-checked')) === 'false') await row.click();
	}
	await admin.button('custodians_save').or(admin.button('custodians_switch_on')).click();
	const choice = dialog({ person: admin }, 'custodians_choose_title');
	await choice.waitFor({ state: 'detached' });
	await admin.button('custodians_change').waitFor();
}

/** What IT sees of somebody, with nothing else above the page. */
export async function openPerson(admin: Colleague, name: string): Promise<void> {
	const sheets = admin.page.getByRole('dialog');
	for (let open = await sheets.count(); open > 0; open = await sheets.count()) {
		await admin.page.keyboard.press('Escape');
		await expect.poll(() => sheets.count()).toBeLessThan(open);
	}
	await at({ person: admin }, '/verwaltung/personen', 'admin_page');
	await admin.page.getByRole('button').filter({ hasText: name }).last().click();
	const opened = admin.page.getByRole('dialog', { name });
	await opened.getByRole('button', { name: /Chrom/ }).first().waitFor();
}

/** With the person's sheet open; the link stays shown. Until the person's device has made its copy there is none. */
export async function showLink(admin: Colleague): Promise<string> {
	const field = admin.field('restore_link_label');
	const missing = admin.page.getByText(admin.word('restore_missing_ways'));
	for (;;) {
		await admin.button('restore').or(admin.button('restore_new_link')).click();
		await admin.button('restore_make_link').click();
		await field.or(missing).waitFor();
		if (await field.isVisible()) return field.inputValue();
		await admin.page.keyboard.press('Escape');
		await missing.waitFor({ state: 'detached' });
	}
}

export async function makeLink(admin: Colleague, name: string): Promise<string> {
	await openPerson(admin, name);
	const link = await showLink(admin);
	await admin.button('common_done').click();
	return link;
}

/** What the new device shows, in its groups. */
export const numberOn = async ({ page }: Colleague): Promise<string[]> =>
	(await page.locator('main strong').innerText()).split(/\s+/);

/** A custodian follows the notice and types what the person has read out. */
export async function approveOnScreen(
	custodian: Colleague,
	{ name, number }: { name: string; number: string }
): Promise<void> {
	const { page } = custodian;
	await page.getByText(custodian.word('approvals_notice', { name })).first().waitFor();
	await custodian.link('approvals_look').click();
	await custodian.field('approvals_number', { name }).fill(number);
	await custodian.button('approvals_approve').click();
	await page.getByText(custodian.word('approvals_done'), { exact: true }).waitFor();
}

/**
 * The server has keys of the chat that is open, sealed for the person's next device. They go up right after they were
 * made, but a page that is closed at once takes them along, and no screen tells: only the server does.
 */
export async function keysOfChatKept({ page }: Colleague): Promise<void> {
	const ask = () =>
		page.evaluate(async (protocol) => {
			const answer = await fetch('/api/trpc/account.keys', {
				method: 'POST',
				headers: { 'content-type': 'application/json', 'x-dienstweg-protocol': protocol },
				body: JSON.stringify({ conversation: location.pathname.split('/').at(-1) })
			});
			const said = (await answer.json()) as { result?: { data: unknown[] } };
			return said.result?.data.length ?? said;
		}, String(PROTOCOL_VERSION));
	await expect.poll(ask).toBeGreaterThan(0);
}

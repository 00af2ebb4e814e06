import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wipeGrant } from '#core/engine/entering.ts';
import { presentRestoreLink, type RestoreAttempt } from '#core/engine/recover-by-custodians.ts';
import { uuidV4 } from '#core/crypto/uuid.ts';
import type { Colleague } from '#tests/fixtures/colleagues.ts';
import { enterRecovered } from '#tests/fixtures/colleagues.ts';
import {
	approve,
	beginRestoring,
	codeOf,
	grantOf,
	linkFor,
	openAuthority,
	setCustodians,
	setPolicy,
	untilRegained,
	untilSealed,
	untilShared
} from '#tests/fixtures/restoring.ts';

let authority: Awaited<ReturnType<typeof openAuthority>>;
let ada: Colleague;
let bert: Colleague;
let cora: Colleague;
beforeAll(async () => {
	authority = await openAuthority();
	({ ada, bert, cora } = authority);
});
afterAll(() => authority?.close());

describe('recovery by IT', () => {
	it('is not there until the policy wants it', async () => {
		expect(await codeOf(setCustodians(ada, ada, bert))).toBe('forbidden');
		const petra = await ada.find('Bert');
		expect(await codeOf(ada.call('startRecovery', { person: petra }))).toBe('not_found');
	});

	it('gives back everything with two custodians, and all are told', async () => {
		await setPolicy(ada, true);
		await setCustodians(ada, ada, bert, cora);
		const petra = await authority.join('Petra');
		const chat = await petra.chatWith('Bert');
		await petra.write(chat, 'Vom alten Telefon');
		await bert.untilText(chat, 'Vom alten Telefon');
		await untilSealed(petra, ada, bert, cora);
		await untilShared(petra);
		const me = await petra.me();
		const fragment = await linkFor(ada, me);
		await petra.leaveApp();

		let attempt: RestoreAttempt | undefined;
		const recovered = await enterRecovered('Petra', authority.origin, async (transport) => {
			attempt = await presentRestoreLink(transport, fragment);
			const { number, displayName, custodians } = attempt.preview;
			expect(displayName).toBe('Petra');
			expect(custodians.map((each) => each.displayName).toSorted()).toEqual([
				'Ada',
				'Bert',
				'Cora'
			]);
			expect(await attempt.look()).toEqual({ approvedBy: [], grant: null });
			await approve(bert, number);
			expect(await attempt.look()).toEqual({ approvedBy: [await bert.me()], grant: null });
			// The same one again counts once.
			const [again] = await bert.call('listRecoveries', undefined);
			expect(again).toMatchObject({ number: null, approvedBy: [await bert.me()] });
			expect(await codeOf(bert.call('approveRecovery', { id: again?.id ?? '', number }))).toBe(
				'not_found'
			);
			expect(await attempt.look()).toEqual({ approvedBy: [await bert.me()], grant: null });
			await approve(cora, number);
			return grantOf(attempt);
		});
		authority.admit(recovered);
		attempt?.end();
		expect(await recovered.me()).toBe(me);
		await recovered.untilText(chat, 'Vom alten Telefon');
		await recovered.write(chat, 'Ich bin wieder da');
		expect((await bert.untilText(chat, 'Ich bin wieder da')).author).toBe(me);

		const by = [await bert.me(), await cora.me()].toSorted();
		for (const contact of [bert, recovered])
			await contact.until(
				'person',
				{ id: me },
				(shown) => shown?.restored?.by.toSorted().join() === by.join() && !shown.keyChanged
			);
		// The log tells both of it, with those whose word counts there.
		const line = await untilRegained(bert, chat);
		expect(line.by.toSorted()).toEqual(by);
		const alarms = await recovered.until('alarms', undefined, (shown) =>
			shown.some(({ type }) => type === 'restored')
		);
		const told = alarms.find((alarm) => alarm.type === 'restored');
		expect(told).toMatchObject({ isHere: true });
		expect(told?.by.toSorted()).toEqual(by);
		const devices = await recovered.call('listDevices', {});
		expect(devices.map(({ recoveredBy }) => recoveredBy)).toEqual([null, 'custodians']);
	});

	it('is for the new device that came with the link, and the number that was seen', async () => {
		const dora = await authority.join('Dora');
		await untilSealed(dora, ada, bert, cora);
		const fragment = await linkFor(ada, await dora.me());
		const first = await presentRestoreLink(authority.newTransport(), fragment);
		await approve(ada, first.preview.number);
		const second = await presentRestoreLink(authority.newTransport(), fragment);
		expect(second.preview.number).not.toEqual(first.preview.number);
		expect(await codeOf(first.look())).toBe('recovery_used');
		expect(await second.look()).toEqual({ approvedBy: [], grant: null });
		const [request] = await bert.call('listRecoveries', undefined);
		const { number } = first.preview;
		const late = bert.call('approveRecovery', { id: request?.id ?? '', number });
		expect(await codeOf(late)).toBe('conflict');
		await bert.call('refuseRecovery', { id: request?.id ?? '' });
		expect(await codeOf(second.look())).toBe('recovery_refused');
		expect(await codeOf(presentRestoreLink(authority.newTransport(), fragment))).toBe(
			'recovery_refused'
		);
	});

	it('is nothing for an administrator alone, nor for a custodian’s own account', async () => {
		await untilSealed(bert, ada, bert, cora);
		const attempt = await beginRestoring(authority, await bert.me(), ada);
		expect(await attempt.look()).toEqual({ approvedBy: [await ada.me()], grant: null });
		const me = await bert.me();
		const seen = await bert.call('listRecoveries', undefined);
		expect(seen.filter(({ person }) => person === me)).toEqual([]);
		const [request] = await ada.call('listRecoveries', undefined);
		await ada.call('cancelRecovery', { id: request?.id ?? '' });
	});

	it('ends for those who are custodians no more', async () => {
		const emil = await authority.join('Emil');
		await untilSealed(emil, ada, bert, cora);
		const attempt = await beginRestoring(authority, await emil.me(), cora);
		await setCustodians(ada, ada, bert);
		expect(await codeOf(attempt.look())).toBe('recovery_cancelled');
		await untilSealed(emil, ada, bert);
		const again = await beginRestoring(authority, await emil.me(), ada, bert);
		const going = (await cora.call('listRecoveries', undefined)).filter(({ ended }) => !ended);
		expect(going).toEqual([]);
		wipeGrant(await grantOf(again));
	});

	it('leaves no copy and no request once the policy wants none', async () => {
		const frida = await authority.join('Frida');
		await untilSealed(frida, ada, bert);
		const fragment = await linkFor(ada, await frida.me());
		const attempt = await presentRestoreLink(authority.newTransport(), fragment);
		await approve(ada, attempt.preview.number);
		await setPolicy(ada, false);
		expect(await codeOf(attempt.look())).toBe('recovery_off');
		await frida.until('recovery', undefined, (state) => state?.custodians === null);
		expect(await codeOf(presentRestoreLink(authority.newTransport(), fragment))).toBe(
			'recovery_off'
		);
		const person = await frida.me();
		expect(await codeOf(ada.call('startRecovery', { person }))).toBe('not_found');
		// Those who were custodians before are none by that alone; an administrator who has seen nothing of it chooses anew.
		await setPolicy(ada, true);
		expect(await codeOf(ada.call('startRecovery', { person }))).toBe('not_found');
		await setCustodians(ada, ada, bert);
		await untilSealed(frida, ada, bert);
		// What was begun before stays over.
		expect(await codeOf(attempt.look())).toBe('recovery_cancelled');
	});

	it('shows a custodian what there is, though a server also names somebody whom nobody knows', async () => {
		const gero = await authority.join('Gero', {
			wrap: (inner) => ({
				...inner,
				recovery: {
					...inner.recovery,
					requests: async () => {
						const requests = await inner.recovery.requests();
						return [...requests.map((each) => ({ ...each, person: uuidV4() })), ...requests];
					}
				}
			})
		});
		await setCustodians(ada, ada, gero);
		const hanna = await authority.join('Hanna');
		await untilSealed(hanna, ada, gero);
		const person = await hanna.me();
		const { preview } = await beginRestoring(authority, person);
		await gero.find('Hanna');
		const shown = await gero.call('listRecoveries', undefined);
		const going = shown.filter(({ stage }) => stage === 'presented');
		expect(going).toHaveLength(2);
		expect(going).toContainEqual(
			expect.objectContaining({ person, isForged: false, number: preview.number })
		);
		expect(going.find((each) => each.person !== person)).toMatchObject({
			isForged: true,
			number: null
		});
	});
});

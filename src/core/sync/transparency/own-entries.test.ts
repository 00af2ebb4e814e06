/** What stands in the log in one’s own name, whoever put it there. */
import { beforeEach, describe, expect, test } from 'vitest';
import { encodeIdentityChange } from '#shared/domain/identity-change.ts';
import { STATEMENT } from '#shared/domain/transparency-log.ts';
import { toBase64url } from '#core/crypto/bytes.ts';
import { randomBytes } from '#core/crypto/random.ts';
import { uuidV4 } from '#core/crypto/uuid.ts';
import { makeCustodians } from '#core/protocol/recovery/custodians.ts';
import { signVouch } from '#core/protocol/vouch.ts';
import { noteLetIn } from '../account/let-in-fact.ts';
import { changeRecovery } from '../account/recovery-fact.ts';
import { readAlarms } from './alarms.ts';
import {
	AUTHORITY,
	certificateFor,
	openLogWorld,
	somebody,
	type LogWorld,
	type Somebody
} from '#tests/fixtures/log-world.ts';

let world: LogWorld;
beforeEach(async () => {
	world = await openLogWorld();
});

/** In this person's name. */
const keyChange = (from: Somebody, to: Somebody) => ({
	person: world.me.id,
	newKey: to.identity.publicKey,
	formerKey: from.identity.publicKey,
	at: 1,
	vouch: null
});

describe('what stands in the log about this person', () => {
	test('another device of their own is told of, one that was there before is not', async () => {
		await world.transparency.follow();
		expect(await world.alarms()).toEqual([]);
		world.log.addDevice(await certificateFor(world.me, { name: 'Pixel' }));
		await world.transparency.follow();
		await world.open();
		await world.transparency.follow();
		expect(await readAlarms(world.store.read)).toMatchObject([
			{ type: 'new-device', deviceName: 'Pixel' }
		]);
	});

	test('a terminal that this device itself has let in is not told of, one that another device has is', async () => {
		const here = uuidV4();
		await noteLetIn(world.store, here);
		world.log.addDevice(await certificateFor(world.me, { device: here, name: 'Hier' }));
		world.log.addDevice(await certificateFor(world.me, { name: 'Terminal' }));
		await world.transparency.follow();
		expect(await readAlarms(world.store.read)).toMatchObject([
			{ type: 'new-device', deviceName: 'Terminal' }
		]);
	});

	test('a device that somebody else has made is an alarm, whether before or after this one', async () => {
		const { identity } = await somebody();
		world.log.statements.splice(3, 0, {
			type: STATEMENT.device,
			person: world.me.id,
			statement: await certificateFor(world.me, { by: identity, name: 'Frueher' })
		});
		world.log.addDevice(await certificateFor(world.me, { by: identity, name: 'Spitzel' }));
		world.log.statements.push({
			type: STATEMENT.device,
			person: world.me.id,
			statement: randomBytes(80)
		});
		await world.transparency.follow();
		const found = await readAlarms(world.store.read);
		expect(found).toMatchObject([
			{ type: 'foreign-device', deviceName: 'Frueher', index: 3 },
			{ type: 'foreign-device', deviceName: 'Spitzel', index: 7 },
			{ type: 'foreign-device', device: null, index: 8 }
		]);
	});

	test('what the server does not show is an alarm, and so is another statement in its place', async () => {
		const { identity } = await somebody();
		const index = world.log.addDevice(await certificateFor(world.me, { by: identity }));
		world.log.concealed.add(index);
		await world.transparency.follow();
		expect(await world.alarms()).toEqual(['hidden']);
		const next = world.log.addDevice(await certificateFor(world.me, { by: identity }));
		const real = world.log.answersFor(world.me.id);
		const own: typeof real.own = async () =>
			(await real.own()).map((each) =>
				each.index === next ? { ...each, statement: toBase64url(world.mine.certificate) } : each
			);
		world.log = Object.assign(world.log.fork(), { answersFor: () => ({ ...real, own }) });
		await world.transparency.follow();
		expect(await world.alarms()).toEqual(['hidden', 'hidden']);
	});

	test('somebody who starts anew in their name is an alarm', async () => {
		const thief = await somebody();
		world.log.statements.push({
			type: STATEMENT.identity,
			person: world.me.id,
			statement: encodeIdentityChange(keyChange(world.me, thief))
		});
		await world.transparency.follow();
		expect(await world.alarms()).toEqual(['foreign-identity']);
	});

	describe('custodians that were named', () => {
		const nameBy = async (admin: Somebody, identity = admin.identity): Promise<string> => {
			const id = uuidV4();
			const people = [await somebody(), await somebody()];
			const made = await makeCustodians(
				{ id, number: 1, at: 1, authority: AUTHORITY },
				people.map((each) => ({ person: each.id, identityKey: each.identity.publicKey })),
				{ person: admin.id, identity }
			);
			const { statement } = made;
			world.log.statements.push({ type: STATEMENT.custodians, person: admin.id, statement });
			return id;
		};

		test('in this person’s name by somebody else are an alarm', async () => {
			await nameBy(world.me, (await somebody()).identity);
			const person = world.me.id;
			world.log.statements.push({ type: STATEMENT.custodians, person, statement: randomBytes(90) });
			await world.transparency.follow();
			expect(await readAlarms(world.store.read)).toMatchObject([
				{ type: 'custodians-named', isOwn: false, index: 6 },
				{ type: 'custodians-named', isOwn: false, index: 7 }
			]);
		});

		test('by another device of theirs are told of, by this one or by a colleague are not', async () => {
			const here = await nameBy(world.me);
			await changeRecovery(world.store, () => ({ madeKeys: [here] }));
			await nameBy(await somebody());
			await world.transparency.follow();
			expect(await world.alarms()).toEqual([]);
			await nameBy(world.me);
			await world.transparency.follow();
			expect(await readAlarms(world.store.read)).toMatchObject([
				{ type: 'custodians-named', isOwn: true, index: 8 }
			]);
		});

		test('before this device was there do not concern it, nor those under a former key', async () => {
			const former = await somebody();
			const begun = world.log.statements.splice(5, 1);
			await nameBy(world.me);
			const statement = encodeIdentityChange(keyChange(former, world.me));
			world.log.statements.push(
				...(await formerKey(former)),
				{ type: STATEMENT.identity, person: world.me.id, statement },
				...begun
			);
			await world.transparency.follow();
			expect(await world.alarms()).toEqual(['started-anew']);
		});

		/** What this person has named while they had another key. */
		async function formerKey({ identity }: Somebody) {
			await nameBy(world.me, identity);
			return world.log.statements.splice(-1, 1);
		}
	});

	test('who has started anew is told so, and not of what was theirs before', async () => {
		const former = await somebody();
		const change = keyChange(former, world.me);
		world.log.statements.splice(
			2,
			0,
			{
				type: STATEMENT.device,
				person: world.me.id,
				statement: await certificateFor(world.me, { by: former.identity })
			},
			{ type: STATEMENT.identity, person: world.me.id, statement: encodeIdentityChange(change) }
		);
		await world.transparency.follow();
		expect(await readAlarms(world.store.read)).toMatchObject([
			{ type: 'started-anew', confirmedBy: null }
		]);
		const admin = await somebody();
		const vouch = {
			admin: admin.id,
			adminKey: admin.identity.publicKey,
			signature: await signVouch(AUTHORITY, change, admin.identity.secretKey)
		};
		world.log.statements.push({
			type: STATEMENT.identity,
			person: world.me.id,
			statement: encodeIdentityChange({ ...change, vouch })
		});
		await world.transparency.follow();
		expect(await readAlarms(world.store.read)).toMatchObject([
			{ type: 'started-anew', confirmedBy: admin.id, isDone: false }
		]);
	});
});

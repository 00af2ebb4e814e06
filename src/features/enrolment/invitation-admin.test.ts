import { beforeEach, expect, test } from 'vitest';
import type { EngineLink } from '#core/engine/api.ts';
import type { Invitation, InvitationStatus } from '#shared/contract/enrolment.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import { ScriptedEngine } from '#tests/features/scripted-engine.ts';
import { InvitationAdmin, issued } from './invitation-admin.svelte.ts';

const HOUR = 60 * 60 * 1000;
let made = 0;

function invitation(
	displayName: string,
	status: InvitationStatus,
	more: Partial<Invitation> = {}
): Invitation {
	made += 1;
	return {
		id: `id-${made}`,
		person: {
			id: `person-${made}`,
			displayName,
			department: 'Bauhof',
			functionTitle: '',
			phone: '',
			email: '',
			role: 'member',
			status: 'invited',
			identityKey: null
		},
		status,
		createdAt: made,
		createdBy: null,
		expiresAt: Date.now() + HOUR,
		usedAt: null,
		...more
	};
}

/** An engine that knows these invitations and remembers what it was told. */
function engineWith(list: Invitation[]) {
	const calls: [string, unknown][] = [];
	const engine = {
		call: (name: string, input: unknown) => {
			calls.push([name, input]);
			return Promise.resolve(
				name === 'listInvitations'
					? list
					: { invitation: list[0], link: 'https://x.example/join#s' }
			);
		}
	} as unknown as EngineLink;
	return { engine, calls };
}

beforeEach(() => issued.forget());

test('the newest stand first, and an open one whose time is over counts as expired', async () => {
	const old = invitation('Anna Berger', 'open', { expiresAt: Date.now() - HOUR });
	const admin = new InvitationAdmin(engineWith([old, invitation('Boris Özdemir', 'open')]).engine);
	await admin.load();
	expect(admin.all?.map((one) => [one.person.displayName, one.status])).toEqual([
		['Boris Özdemir', 'open'],
		['Anna Berger', 'expired']
	]);
	expect([admin.count('all'), admin.count('open'), admin.count('expired')]).toEqual([2, 1, 1]);
});

test('filter and search narrow the list together', async () => {
	const admin = new InvitationAdmin(
		engineWith([
			invitation('Anna Berger', 'used'),
			invitation('Anna Ziegler', 'open'),
			invitation('Boris Özdemir', 'open')
		]).engine
	);
	await admin.load();
	admin.query = 'anna';
	expect(admin.shown).toHaveLength(2);
	admin.filter = 'open';
	expect(admin.shown.map((one) => one.person.displayName)).toEqual(['Anna Ziegler']);
});

test('a made link is held until it is put away', async () => {
	const { engine, calls } = engineWith([invitation('Anna Berger', 'open')]);
	const admin = new InvitationAdmin(engine);
	await admin.reissue('id-x', 24);
	expect(calls[0]).toEqual(['reissueInvitation', { id: 'id-x', validHours: 24 }]);
	expect(issued.current?.link).toBe('https://x.example/join#s');
	issued.forget();
	expect(issued.current).toBeNull();
});

test('a failed load is told and can be repeated', async () => {
	let fails = true;
	const admin = new InvitationAdmin({
		call: () => (fails ? Promise.reject(new Error('down')) : Promise.resolve([]))
	} as unknown as EngineLink);
	await admin.load();
	expect(admin.error).toBeInstanceOf(Error);
	expect(admin.all).toBeNull();
	fails = false;
	await admin.load();
	expect(admin.error).toBeNull();
	expect(admin.all).toEqual([]);
});

test('the list follows what happens, also where the first loading failed', async () => {
	const engine = new ScriptedEngine();
	let list: Invitation[] | null = null;
	engine.answer('listInvitations', () => {
		if (list === null) throw new DienstwegError('offline');
		return list;
	});
	const admin = new InvitationAdmin(engine);
	const end = admin.start();
	engine.show('changes', 0, { of: 'invitations' });
	await expect.poll(() => admin.error).toMatchObject({ code: 'offline' });
	expect(admin.all).toBeNull();

	const open = invitation('Anna Berger', 'open');
	list = [open];
	engine.show('changes', 1, { of: 'invitations' });
	await expect.poll(() => admin.count('open')).toBe(1);
	expect(admin.error).toBeNull();
	list = [{ ...open, status: 'used', usedAt: Date.now() }];
	engine.show('changes', 2, { of: 'invitations' });
	await expect.poll(() => admin.count('used')).toBe(1);
	expect(admin.count('open')).toBe(0);
	end();
	expect(engine.watchers.size).toBe(0);
});

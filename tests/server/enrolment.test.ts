import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApiServer, type ApiServer } from './setup/api-server.ts';
import {
	anonymous,
	codeOf,
	details,
	invite,
	join,
	listen,
	makeDeviceKeys,
	redeemInput,
	tokenHashOf,
	tokenOf,
	type Client
} from './setup/client.ts';

const HOUR = 60 * 60 * 1000;
let server: ApiServer;
let admin: Client;

const createInvitation = async (name: string, id = randomUUID()) => {
	const token = randomBytes(32).toString('base64url');
	const input = {
		id,
		details: details(name),
		role: 'member' as const,
		tokenHash: tokenHashOf(token),
		validHours: 24
	};
	const invitation = await admin.api.enrolment.create(input);
	return { token, invitation, input };
};

beforeAll(async () => {
	server = await startApiServer();
});
afterAll(() => server.close());

describe('the first administrator', () => {
	test('gets a new link at each start, and only the newest one works', async () => {
		const first = await server.firstSecret();
		const second = await server.firstSecret();
		const { api } = anonymous(server.origin);
		expect(await codeOf(api.enrolment.peek({ token: tokenOf(first) }))).toBe('invitation_unknown');
		const preview = await api.enrolment.peek({ token: tokenOf(second) });
		expect(preview).toMatchObject({
			displayName: '',
			authorityName: 'Stadt Lindenbach',
			authorityDomain: 'lindenbach.example',
			invitedBy: null
		});
	});

	test('must say a name, and is an administrator after joining', async () => {
		const token = tokenOf(await server.firstSecret());
		expect(await codeOf(join(server.origin, token, ''))).toBe('bad_request');
		admin = await join(server.origin, token, 'Ada Admin');
		expect(admin.me.person).toMatchObject({
			displayName: 'Ada Admin',
			role: 'admin',
			status: 'active'
		});
		expect(await admin.api.enrolment.list()).toMatchObject([{ status: 'used', createdBy: null }]);
	});

	test('is the only one to come in by such a link', async () => {
		await expect(server.firstSecret()).rejects.toThrow('an administrator has joined');
	});
});

describe('an invitation', () => {
	test('made twice with one id is one invitation', async () => {
		const { input, invitation } = await createInvitation('Berta Bau');
		const again = await Promise.all([1, 2, 3].map(() => admin.api.enrolment.create(input)));
		expect(again).toEqual([invitation, invitation, invitation]);
		const all = await admin.api.enrolment.list();
		expect(all.filter(({ id }) => id === input.id)).toHaveLength(1);
		const otherToken = { ...input, tokenHash: tokenHashOf(randomBytes(32).toString('base64url')) };
		expect(await codeOf(admin.api.enrolment.create(otherToken))).toBe('conflict');
	});

	test('shows the invited person who invites, and tells administrators when it is used', async () => {
		const events = await listen(admin);
		const { token } = await createInvitation('Carla Gärtner');
		const { api } = anonymous(server.origin);
		expect(await api.enrolment.peek({ token })).toMatchObject({
			displayName: 'Carla Gärtner',
			department: 'Bauhof',
			invitedBy: 'Ada Admin'
		});
		const carla = await join(server.origin, token);
		expect(carla.me.person.displayName).toBe('Carla Gärtner');
		await events.next('invitations');
		await events.next('directory');
		events.close();
		expect(await codeOf(api.enrolment.peek({ token }))).toBe('invitation_used');
	});

	test('answers the same device again when the first answer was lost, and nobody else', async () => {
		const { token } = await createInvitation('Doris Dienst');
		const keys = makeDeviceKeys();
		const input = redeemInput(token, { keys, device: randomUUID(), displayName: '' });
		const lost = anonymous(server.origin);
		const first = await lost.api.enrolment.redeem(input);
		const { api } = anonymous(server.origin);
		const again = await api.enrolment.redeem(input);
		expect(again.person).toEqual(first.person);
		expect(again.device.id).toBe(first.device.id);
		expect(await api.devices.list({})).toHaveLength(1);
		const thief = redeemInput(token, { keys, device: input.device.id, displayName: '' });
		expect(await codeOf(api.enrolment.redeem(thief))).toBe('invitation_used');
		const other = redeemInput(token, {
			keys: makeDeviceKeys(),
			device: randomUUID(),
			displayName: ''
		});
		expect(await codeOf(api.enrolment.redeem(other))).toBe('invitation_used');
	});

	test('raced for by ten devices lets in one', async () => {
		const { token } = await createInvitation('Emil Eilig');
		const codes = await Promise.all(
			Array.from({ length: 10 }, () => codeOf(join(server.origin, token)))
		);
		expect(codes.filter((code) => code === 'no error')).toHaveLength(1);
		expect(codes.filter((code) => code === 'invitation_used')).toHaveLength(9);
	});

	test('is not redeemed without the device key, and stays open', async () => {
		const { token } = await createInvitation('Fritz Fälscher');
		const input = redeemInput(token, {
			keys: makeDeviceKeys(),
			device: randomUUID(),
			displayName: ''
		});
		const { api } = anonymous(server.origin);
		const forged = { ...input, proof: randomBytes(64).toString('base64url') };
		expect(await codeOf(api.enrolment.redeem(forged))).toBe('bad_request');
		expect(await api.enrolment.peek({ token })).toMatchObject({ displayName: 'Fritz Fälscher' });
	});

	test('revoked, expired, replaced or mistyped says which', async () => {
		const { api } = anonymous(server.origin);
		const revoked = await createInvitation('Gerd Gestern');
		await admin.api.enrolment.revoke({ id: revoked.invitation.id });
		expect(await codeOf(join(server.origin, revoked.token))).toBe('invitation_revoked');
		const replaced = await createInvitation('Hanna Halle');
		const token = randomBytes(32).toString('base64url');
		await admin.api.enrolment.reissue({
			id: randomUUID(),
			replaces: replaced.invitation.id,
			tokenHash: tokenHashOf(token),
			validHours: 1
		});
		expect(await codeOf(join(server.origin, replaced.token))).toBe('invitation_revoked');
		const mistyped = randomBytes(32).toString('base64url');
		expect(await codeOf(api.enrolment.peek({ token: mistyped }))).toBe('invitation_unknown');
		server.advance(HOUR + 1);
		expect(await codeOf(join(server.origin, token))).toBe('invitation_expired');
	});

	test('of somebody who has joined is not replaced or revoked', async () => {
		const { token, invitation } = await createInvitation('Ida Immer');
		await join(server.origin, token);
		expect(await codeOf(admin.api.enrolment.revoke({ id: invitation.id }))).toBe('invitation_used');
	});
});

describe('the address book', () => {
	test('brings who changed since, and everybody without a cursor', async () => {
		const { api } = await invite(server.origin, admin, { name: 'Jana Jung' });
		const all = await api.directory.changes({});
		expect(all.people.length).toBeGreaterThan(5);
		expect(await api.directory.changes({ since: all.cursor })).toEqual({
			people: [],
			cursor: all.cursor,
			complete: false
		});
		const kai = await invite(server.origin, admin, { name: 'Kai Kunst' });
		await admin.api.directory.update({ id: kai.person, details: details('Kai Künstler') });
		const news = await api.directory.changes({ since: all.cursor });
		expect(news.people).toMatchObject([
			{ id: kai.person, displayName: 'Kai Künstler', status: 'active' }
		]);
	});
});

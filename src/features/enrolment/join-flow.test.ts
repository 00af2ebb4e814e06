import { expect, test } from 'vitest';
import type { Container } from '#core/engine/container.ts';
import type { InvitationPreview } from '#shared/contract/enrolment.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import { JoinFlow, type JoinEntry } from './join-flow.svelte.ts';

const secret = 'AAECAwQFBgcICQoLDA0ODw';
const preview: InvitationPreview = {
	personId: '00000000-0000-4000-8000-000000000001',
	displayName: 'Anna Berger',
	department: 'Bauhof',
	functionTitle: '',
	authorityName: 'Stadt Lindenbach',
	authorityDomain: 'lindenbach.example',
	invitedBy: null,
	again: false,
	expiresAt: 0
};
const entry: JoinEntry = {
	pin: '482917',
	displayName: '',
	device: { name: 'Rechner', kind: 'desktop' }
};

const online = (): boolean => true;

/** A container that answers as told and remembers what it was asked. */
function scripted(answers: { peek?: unknown; enrol?: unknown[] }) {
	const asked: unknown[] = [];
	const give = (answer: unknown): Promise<never> =>
		answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer as never);
	const container = {
		peek: (value: string) => (asked.push(value), give(answers.peek ?? preview)),
		enrol: (value: unknown) => (asked.push(value), give(answers.enrol?.shift()))
	} as unknown as Container;
	return { container, asked };
}

test('a mistyped link is told without asking the server', async () => {
	const { container, asked } = scripted({});
	const flow = new JoinFlow(container, secret.slice(1), online);
	await flow.check();
	expect(flow.step).toEqual({ at: 'refused', error: 'invitation_unknown' });
	expect(asked).toEqual([]);
});

test.each(['invitation_used', 'invitation_expired', 'invitation_revoked', 'offline'] as const)(
	'%s has a page of its own',
	async (code) => {
		const flow = new JoinFlow(
			scripted({ peek: new DienstwegError(code) }).container,
			secret,
			online
		);
		await flow.check();
		expect(flow.step).toEqual({ at: 'refused', error: code });
	}
);

test('two steps lead from the invitation to a device that is set up', async () => {
	const { container, asked } = scripted({});
	const flow = new JoinFlow(container, secret, online);
	await flow.check();
	flow.proceed(false);
	expect(flow.step.at).toBe('pin');
	await flow.finish(entry);
	expect(flow.step).toEqual({ at: 'done' });
	expect(asked).toEqual([secret, { way: 'invitation', secret, ...entry }]);
});

test('on Apple phones the home screen comes first, and can be passed over', async () => {
	const flow = new JoinFlow(scripted({}).container, secret, online);
	await flow.check();
	flow.proceed(true);
	expect(flow.step.at).toBe('install');
	flow.proceed(false);
	expect(flow.step.at).toBe('pin');
});

test('after a lost network the same PIN page takes another try', async () => {
	const lost = new DienstwegError('offline');
	const flow = new JoinFlow(scripted({ enrol: [lost, undefined] }).container, secret, online);
	await flow.check();
	flow.proceed(false);
	await flow.finish(entry);
	const { displayName, device } = entry;
	expect(flow.step).toEqual({
		at: 'pin',
		preview,
		error: lost,
		entered: { displayName, device }
	});
	await flow.finish(entry);
	expect(flow.step).toEqual({ at: 'done' });
});

test('an invitation that was used in between is told as such', async () => {
	const flow = new JoinFlow(
		scripted({ enrol: [new DienstwegError('invitation_used')] }).container,
		secret,
		online
	);
	await flow.check();
	flow.proceed(false);
	await flow.finish(entry);
	expect(flow.step).toEqual({ at: 'refused', error: 'invitation_used' });
});

test('a part of the app that could not be fetched without a network is no fault of the browser', async () => {
	const missing = new DienstwegError('storage_unavailable');
	const flow = new JoinFlow(scripted({ enrol: [missing] }).container, secret, () => false);
	await flow.check();
	flow.proceed(false);
	await flow.finish(entry);
	expect(flow.step).toMatchObject({ at: 'pin', error: { code: 'offline', cause: missing } });
});

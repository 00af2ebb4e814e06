import { expect, test } from 'vitest';
import type { RecoveryRequestView } from '#core/engine/recovery-api.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import { ScriptedEngine } from '#tests/features/scripted-engine.ts';
import { Approval } from './approval.svelte.ts';
import { isAwaited, RestoreRequests } from './restore-requests.svelte.ts';

const request = (change: Partial<RecoveryRequestView> = {}): RecoveryRequestView => ({
	id: 'r1',
	person: 'petra',
	startedBy: 'ada',
	createdAt: 1,
	expiresAt: Date.now() + 60_000,
	stage: 'presented',
	ended: null,
	approvedBy: [],
	number: ['012', '345', '678'],
	isForged: false,
	...change
});

function type(text: string) {
	const engine = new ScriptedEngine();
	const approval = new Approval(engine);
	approval.typed = text;
	return { engine, approval };
}

test('what the person has read out is what is approved, however it is spaced', async () => {
	for (const text of ['012345678', '012 345 678', ' 012-345-678 ', '012.345.678']) {
		const { engine, approval } = type(text);
		expect(await approval.approve(request())).toBe(true);
		expect(engine.inputs('approveRecovery')).toEqual([{ id: 'r1', number: ['012', '345', '678'] }]);
	}
});

test('nothing is approved by another number, part of it, or none', async () => {
	for (const [text, fault] of [
		['012345679', 'different'],
		['678345012', 'different'],
		['01234567', 'incomplete'],
		['0123456789', 'incomplete'],
		['', 'incomplete'],
		['01234567x', 'incomplete']
	] as const) {
		const { engine, approval } = type(text);
		expect(await approval.approve(request())).toBe(false);
		expect(approval.fault).toBe(fault);
		expect(engine.calls).toEqual([]);
		approval.change();
		expect(approval.fault).toBeNull();
	}
});

test('a request without a number that was checked can’t be approved', async () => {
	const { engine, approval } = type('012345678');
	const forged = request({ number: null, isForged: true });
	expect(await approval.approve(forged)).toBe(false);
	expect(engine.calls).toEqual([]);
});

test('another device that has come with the link meanwhile is told from a missing network', async () => {
	const { engine, approval } = type('012345678');
	engine.answer('approveRecovery', () => {
		throw new DienstwegError('conflict');
	});
	expect(await approval.approve(request())).toBe(false);
	expect(approval.fault).toBe('other_device');
	engine.answer('approveRecovery', () => {
		throw new DienstwegError('offline');
	});
	await expect(approval.approve(request())).rejects.toMatchObject({ code: 'offline' });
});

test('a custodian is asked while the new device waits: not before, not after the own answer, not when it is over', () => {
	expect(isAwaited(request())).toBe(true);
	expect(isAwaited(request({ number: null, isForged: true }))).toBe(true);
	expect(isAwaited(request({ number: null }))).toBe(false);
	expect(isAwaited(request({ stage: 'open', number: null }))).toBe(false);
	expect(isAwaited(request({ stage: 'refused' }))).toBe(false);
});

test('requests are asked for when they change; one that has run out meanwhile is over', async () => {
	const engine = new ScriptedEngine();
	engine.answer('listRecoveries', () => [
		request({ id: 'late', expiresAt: Date.now() - 1 }),
		request({ id: 'done', person: 'bert', stage: 'finished', expiresAt: 1 })
	]);
	const requests = new RestoreRequests(engine);
	const end = requests.start();
	engine.show('changes', 1, { of: 'recoveries' });
	await requests.load();
	expect(requests.all?.map(({ stage }) => stage)).toEqual(['expired', 'finished']);
	expect(requests.awaited).toEqual([]);
	expect(requests.of('petra')?.id).toBe('late');
	engine.answer('listRecoveries', () => {
		throw new DienstwegError('offline');
	});
	await requests.load();
	expect(requests.all).toHaveLength(2);
	expect(requests.error).toMatchObject({ code: 'offline' });
	end();
	expect(engine.watchers.size).toBe(0);
});

test('what is begun, taken back or refused is asked for anew', async () => {
	const engine = new ScriptedEngine();
	engine.answer('listRecoveries', () => [request()]);
	engine.answer('startRecovery', () => ({ link: 'https://x/wiederherstellen#y' }));
	const requests = new RestoreRequests(engine);
	expect(await requests.begin('petra')).toBe('https://x/wiederherstellen#y');
	await requests.cancel('r1');
	await requests.refuse('r1');
	expect(engine.inputs('cancelRecovery')).toEqual([{ id: 'r1' }]);
	expect(engine.inputs('refuseRecovery')).toEqual([{ id: 'r1' }]);
	expect(engine.inputs('listRecoveries').length).toBeGreaterThanOrEqual(2);
});

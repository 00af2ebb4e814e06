import { expect, test } from 'vitest';
import { DienstwegError } from '#shared/contract/errors.ts';
import type { Policy, PolicyState } from '#shared/contract/policy.ts';
import { DEFAULT_POLICY, POLICY_RANGES } from '#shared/domain/policy.ts';
import { ScriptedEngine } from '#tests/features/scripted-engine.ts';
import { PolicyAdmin } from './policy-admin.svelte.ts';
import { POLICY_GROUPS } from './policy-texts.ts';
import { choicesFor } from './policy-choices.ts';

const stateOf = (version: number, change: Partial<Policy> = {}): PolicyState => ({
	version,
	policy: { ...DEFAULT_POLICY, ...change },
	changed: version === 0 ? null : { by: 'bert', at: 1 }
});

function open() {
	const engine = new ScriptedEngine();
	engine.answer('listPolicyChanges', () => []);
	const admin = new PolicyAdmin(engine);
	admin.start();
	engine.show('policy', stateOf(0));
	return { engine, admin };
}

test('what is wished is laid down on top of what was looked at, and is then what holds', async () => {
	const { engine, admin } = open();
	admin.wish({ idleMinutes: 3 });
	admin.wish({ copy: false });
	admin.wish({ copy: true });
	expect(admin.changed).toEqual(['idleMinutes']);
	await admin.save();
	expect(engine.inputs('setPolicy')).toEqual([
		{ version: 0, policy: { ...DEFAULT_POLICY, idleMinutes: 3 } }
	]);
	engine.show('policy', stateOf(1, { idleMinutes: 3 }));
	expect([admin.changed, admin.overtakenBy]).toEqual([[], null]);
});

test('what somebody else lays down meanwhile is taken over, and one’s own changes stay on top of it', async () => {
	const { engine, admin } = open();
	admin.wish({ idleMinutes: 3, copy: false });
	engine.answer('setPolicy', () => {
		throw new DienstwegError('conflict');
	});
	await admin.save();
	expect(admin.overtakenBy).toBe('');
	engine.show('policy', stateOf(1, { copy: false, maxDevices: 2 }));
	expect([admin.changed, admin.overtakenBy]).toEqual([['idleMinutes'], 'bert']);
	expect(admin.wished).toEqual({
		...DEFAULT_POLICY,
		copy: false,
		maxDevices: 2,
		idleMinutes: 3
	});
	engine.answer('setPolicy', () => undefined);
	await admin.save();
	expect(engine.inputs('setPolicy').at(-1)?.version).toBe(1);
});

test('where somebody else wanted the same, there is nothing left to say', () => {
	const { engine, admin } = open();
	admin.wish({ copy: false });
	engine.show('policy', stateOf(1, { copy: false }));
	expect([admin.changed, admin.overtakenBy]).toEqual([[], null]);
});

test('without a network the wishes stay, and why it did not work is told', async () => {
	const { engine, admin } = open();
	admin.wish({ copy: false });
	engine.answer('setPolicy', () => {
		throw new DienstwegError('offline');
	});
	await expect(admin.save()).rejects.toMatchObject({ code: 'offline' });
	expect(admin.changed).toEqual(['copy']);
});

test('every policy has its place, and every number choices within its range, the present one among them', () => {
	const names = POLICY_GROUPS.flatMap((group) => group.names);
	expect(names.toSorted()).toEqual(Object.keys(DEFAULT_POLICY).toSorted());
	for (const name of ['pinLength', 'idleMinutes', 'backgroundMinutes', 'maxDevices'] as const) {
		const { min, max } = POLICY_RANGES[name];
		const choices = choicesFor(name, { ...DEFAULT_POLICY, [name]: max - 1 });
		expect(choices).toContain(max - 1);
		expect(choices.every((choice) => choice >= min && choice <= max)).toBe(true);
		expect(choices).toEqual(choices.toSorted((a, b) => a - b));
	}
});

test('what is laid down at once leaves the other wishes, and is nobody else’s change', async () => {
	const { engine, admin } = open();
	admin.wish({ idleMinutes: 3 });
	await admin.lay({ recoveryByIt: true });
	expect(engine.inputs('setPolicy')).toEqual([
		{ version: 0, policy: { ...DEFAULT_POLICY, recoveryByIt: true } }
	]);
	engine.show('policy', stateOf(1, { recoveryByIt: true }));
	expect([admin.changed, admin.overtakenBy]).toEqual([['idleMinutes'], null]);
	engine.show('policy', stateOf(2, { recoveryByIt: true, copy: false }));
	expect(admin.overtakenBy).toBe('bert');
});

import { expect, test } from 'vitest';
import type { KnownPerson } from '#core/engine/api.ts';
import { DienstwegError } from '#shared/contract/errors.ts';
import { DEFAULT_POLICY } from '#shared/domain/policy.ts';
import { ScriptedEngine } from '#tests/features/scripted-engine.ts';
import { CustodianSetup, standingOf } from './custodian-setup.svelte.ts';

const person = (id: string, change: Partial<KnownPerson> = {}): KnownPerson => ({
	id,
	displayName: id,
	department: '',
	functionTitle: '',
	phone: '',
	email: '',
	role: 'member',
	status: 'active',
	identityKey: 'key',
	hasDevice: true,
	keyChanged: false,
	verified: false,
	...change
});

const policyOf = (recoveryByIt: boolean) => ({
	version: 1,
	policy: { ...DEFAULT_POLICY, recoveryByIt },
	changed: null
});

function open(isOn: boolean, custodians: string[] = [], others: KnownPerson[] = []) {
	const engine = new ScriptedEngine();
	const setup = new CustodianSetup(engine);
	setup.start();
	engine.show('policy', policyOf(isOn));
	engine.show('recovery', {
		code: null,
		custodians: custodians.length > 0 ? { people: custodians, by: 'ada', at: 5 } : null
	});
	engine.show('people', others);
	engine.show('status', { me: person('ada', { role: 'admin' }) } as never);
	engine.show('names', { ada: 'Ada', bert: 'Bert', gone: 'Gustav' });
	return { engine, setup };
}

test('nothing is said before it is known', () => {
	const setup = new CustodianSetup(new ScriptedEngine());
	expect([setup.isOn, setup.custodians, setup.candidates]).toEqual([null, null, null]);
});

test('whoever has left, started anew or has no device counts for nothing, and is named', () => {
	const { setup } = open(
		true,
		['ada', 'bert', 'cora', 'dora', 'gone'],
		[person('bert'), person('cora', { keyChanged: true }), person('dora', { hasDevice: false })]
	);
	expect(setup.custodians?.map(({ trouble }) => trouble)).toEqual([
		null,
		null,
		'new_key',
		'no_device',
		'left'
	]);
	expect(setup.custodians?.at(-1)?.name).toBe('Gustav');
	expect(setup.standing).toBe('scarce');
	expect(setup.made).toMatchObject({ by: 'ada', at: 5 });
});

test('two are scarce, one is too few, three are good, none is nobody', () => {
	const able = (count: number, unable = 0) =>
		standingOf([
			...Array.from({ length: count }, (_, at) => ({ id: `${at}`, name: '', trouble: null })),
			...Array.from({ length: unable }, (_, at) => ({
				id: `x${at}`,
				name: '',
				trouble: 'left' as const
			}))
		]);
	expect([able(0), able(1, 3), able(2, 1), able(3)]).toEqual(['nobody', 'short', 'scarce', 'good']);
});

test('a choice begins with those who can help, offers oneself, and ends at nine', () => {
	const many = Array.from({ length: 12 }, (_, at) => person(`p${at + 10}`));
	const { setup } = open(
		true,
		['ada', 'bert', 'gone'],
		[...many, person('bert'), person('neu', { identityKey: null })]
	);
	setup.choose();
	expect(setup.chosen.map(({ id }) => id)).toEqual(['ada', 'bert']);
	expect(setup.candidates?.map(({ id }) => id)).not.toContain('neu');
	expect(setup.candidates?.[0]?.id).toBe('ada');
	for (const { id } of many) setup.toggle(id);
	expect([setup.chosen.length, setup.isFull]).toEqual([9, true]);
	setup.toggle('ada');
	expect([setup.isChosen('ada'), setup.isFull]).toEqual([false, false]);
	setup.query = 'bert';
	expect(setup.candidates?.map(({ id }) => id)).toEqual(['bert']);
});

test('whoever leaves while one chooses is chosen no more', () => {
	const { engine, setup } = open(true, [], [person('bert'), person('cora')]);
	setup.choose();
	setup.toggle('bert');
	setup.toggle('cora');
	expect(setup.isEnough).toBe(true);
	engine.show('people', [person('bert')]);
	expect([setup.chosen.length, setup.isEnough]).toEqual([1, false]);
});

test('switching on allows it first; what fails then is tried again without that', async () => {
	const { engine, setup } = open(false, [], [person('bert')]);
	const allowed: string[] = [];
	const allow = async (): Promise<void> => {
		allowed.push('allow');
		engine.show('policy', policyOf(true));
	};
	engine.answer('setCustodians', () => {
		throw new DienstwegError('offline');
	});
	setup.choose();
	setup.toggle('ada');
	setup.toggle('bert');
	await expect(setup.save(allow)).rejects.toMatchObject({ code: 'offline' });
	engine.answer('setCustodians', () => undefined);
	await setup.save(allow);
	expect(allowed).toEqual(['allow']);
	expect(engine.inputs('setCustodians').at(-1)).toEqual({ people: ['ada', 'bert'] });
});

test('those of before it was switched off are not proposed', () => {
	const { setup } = open(false, ['ada', 'bert'], [person('bert')]);
	setup.choose();
	expect(setup.chosen).toEqual([]);
});

import { expect, test } from 'vitest';
import type { Device } from '#shared/contract/devices.ts';
import { someDevice } from '#tests/features/devices.ts';
import { ScriptedEngine } from '#tests/features/scripted-engine.ts';
import { AllDevices } from './all-devices.svelte.ts';

const device = (id: string, over: Partial<Device> = {}): Device =>
	someDevice(id, { person: 'anna', createdAt: Date.now(), ...over });

const NAMES: Record<string, string> = { anna: 'Anna Weber', bernd: 'Bernd Kaya' };

test('devices are found by their owner, name and browser, and filtered by how it stands with them', async () => {
	const engine = new ScriptedEngine();
	engine.answer('listAllDevices', () => [
		device('new', { about: { browser: 'Firefox 140', installed: false, unlocks: ['pin'] } }),
		device('old', { createdAt: 1, person: 'bernd' }),
		device('lost', { revokedAt: 5 }),
		device('gone', { revokedAt: 5, wipedAt: 6 })
	]);
	const all = new AllDevices(engine, (person) => NAMES[person] ?? '');
	expect([all.isLoaded, all.shown]).toEqual([false, []]);
	await all.load();
	const ids = () => all.shown.map(({ id }) => id);
	expect(ids()).toEqual(['new', 'old']);
	all.query = 'kaya';
	expect(ids()).toEqual(['old']);
	all.query = 'firefox';
	expect(ids()).toEqual(['new']);
	all.query = '';
	all.filter = 'idle';
	expect(ids()).toEqual(['old']);
	all.filter = 'unwiped';
	expect(ids()).toEqual(['lost']);
	all.filter = 'former';
	expect(ids().toSorted()).toEqual(['gone', 'lost']);
	expect(all.count('active')).toBe(2);
	expect(all.isLast(device('new'))).toBe(true);
});

import { expect, test } from 'vitest';
import { DienstwegError } from '#shared/contract/errors.ts';
import { someDevice as device } from '#tests/features/devices.ts';
import { ScriptedEngine } from '#tests/features/scripted-engine.ts';
import { DeviceList } from './device-list.svelte.ts';

test('working devices stand in the order of their use, revoked ones by themselves', async () => {
	const engine = new ScriptedEngine();
	engine.answer('listDevices', () => [
		device('new', { createdAt: 5 }),
		device('used', { lastSeenAt: 9 }),
		device('gone', { revokedAt: 3 }),
		device('gone later', { revokedAt: 4 })
	]);
	const list = new DeviceList(engine, 'somebody');
	expect(list.active).toBeNull();
	await list.load();
	expect(list.active?.map(({ id }) => id)).toEqual(['used', 'new']);
	expect(list.revoked.map(({ id }) => id)).toEqual(['gone later', 'gone']);
	expect(engine.inputs('listDevices')).toEqual([{ person: 'somebody' }]);
});

test('the list follows what happens to devices, and keeps what it has when it can’t', async () => {
	const engine = new ScriptedEngine();
	let name: string | null = 'Alt';
	engine.answer('listDevices', () => {
		if (name === null) throw new DienstwegError('offline');
		return [device('one', { name })];
	});
	const list = new DeviceList(engine);
	const end = list.start();
	engine.show('changes', 0, { of: 'devices' });
	await expect.poll(() => list.active?.[0]?.name).toBe('Alt');
	name = null;
	engine.show('changes', 1, { of: 'devices' });
	await expect.poll(() => list.error).toMatchObject({ code: 'offline' });
	expect(list.active?.[0]?.name).toBe('Alt');
	name = 'Neu';
	engine.show('changes', 2, { of: 'devices' });
	await expect.poll(() => list.active?.[0]?.name).toBe('Neu');
	expect(list.latest(device('one', { name: 'Alt' })).name).toBe('Neu');
	expect(list.latest(device('two', { name: 'Nicht mehr da' })).name).toBe('Nicht mehr da');
	expect(list.error).toBeNull();
	end();
	expect(engine.watchers.size).toBe(0);
});

test('what one does oneself is shown when it is done', async () => {
	const engine = new ScriptedEngine();
	let shown = device('one');
	engine.answer('listDevices', () => [shown]);
	engine.answer('renameDevice', (input) => void (shown = { ...shown, name: input.name }));
	engine.answer('revokeDevice', () => void (shown = { ...shown, revokedAt: 7 }));
	const list = new DeviceList(engine);
	await list.rename('one', 'Diensttelefon');
	expect(list.active).toMatchObject([{ name: 'Diensttelefon' }]);
	await list.revoke('one');
	expect([list.active, list.revoked.length]).toEqual([[], 1]);
});

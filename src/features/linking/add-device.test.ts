import { expect, test } from 'vitest';
import type { Device } from '#shared/contract/devices.ts';
import { DEFAULT_POLICY } from '#shared/domain/policy.ts';
import { ScriptedEngine } from '#tests/features/scripted-engine.ts';
import { AddDevice } from './add-device.svelte.ts';

const device = (kind: Device['kind'], revokedAt: number | null = null) =>
	({ kind, revokedAt }) as Device;

function open(devices: Device[], maxDevices: number) {
	const engine = new ScriptedEngine();
	engine.answer('listDevices', () => devices);
	const adding = new AddDevice(engine);
	const end = adding.begin();
	engine.show('changes', 0);
	engine.show('policy', {
		version: 1,
		policy: { ...DEFAULT_POLICY, maxDevices },
		changed: null
	});
	return { engine, adding, end };
}

test('terminals and revoked devices take no room', async () => {
	const devices = [device('phone'), device('terminal'), device('desktop', 5)];
	const { adding } = open(devices, 2);
	await expect.poll(() => adding.isFull).toBe(false);
	const full = open([...devices, device('tablet')], 2);
	await expect.poll(() => full.adding.isFull).toBe(true);
});

test('leaving gives up what is under way', () => {
	const { engine, end } = open([], 5);
	engine.answer('endLinking', () => undefined);
	end();
	expect(engine.inputs('endLinking')).toHaveLength(1);
});

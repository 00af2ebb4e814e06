import { expect, test } from 'vitest';
import type { SafetyVerdict } from '#core/engine/safety-api.ts';
import { ScriptedEngine } from '#tests/features/scripted-engine.ts';
import { VerifyPerson } from './verify-person.svelte.ts';

function open() {
	const engine = new ScriptedEngine();
	engine.answer('checkSafetyCode', ({ text }) => ({ verdict: text as SafetyVerdict }));
	return { engine, state: new VerifyPerson(engine, 'bernd') };
}

test.each(['same', 'different'] as const)('a code that is "%s" ends the scan', async (verdict) => {
	const { engine, state } = open();
	state.scan();
	expect(await state.read(verdict)).toBe(verdict);
	expect(state).toMatchObject({ isScanning: false, verdict });
	expect(engine.inputs('checkSafetyCode')).toEqual([{ person: 'bernd', text: verdict }]);
});

test.each(['other_person', 'no_code'] as const)('"%s" lets one go on', async (verdict) => {
	const { state } = open();
	state.scan();
	await state.read(verdict);
	expect(state).toMatchObject({ isScanning: true, verdict });
});

test('the next scan begins without what was found before, and so does a decision by hand', async () => {
	const { engine, state } = open();
	await state.read('different');
	state.scan();
	expect(state.verdict).toBeNull();
	await state.read('different');
	await state.keep(true);
	expect(state.verdict).toBeNull();
	expect(engine.inputs('setVerified')).toEqual([{ person: 'bernd', isVerified: true }]);
});

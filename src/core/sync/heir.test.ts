import { describe, expect, it } from 'vitest';
import type { GroupRole } from '#shared/contract/conversations.ts';
import { findHeir } from './heir.ts';

const group = (...members: [person: string, role: GroupRole][]) => ({
	kind: 'group' as const,
	active: true,
	members: members.map(([person, role]) => ({ person, role, delivered: 0, read: 0 }))
});
const everybody = (): boolean => true;

describe('who runs a group when its only admin goes', () => {
	it('is whoever has been in it longest', () => {
		const record = group(['ben', 'member'], ['anna', 'admin'], ['clara', 'member']);
		expect(findHeir(record, 'anna', everybody)).toBe('ben');
	});

	it('is somebody who still works here, if there is one', () => {
		const record = group(['anna', 'admin'], ['ben', 'member'], ['clara', 'member']);
		expect(findHeir(record, 'anna', (person) => person !== 'ben')).toBe('clara');
		expect(findHeir(record, 'anna', () => false)).toBe('ben');
	});

	it('is nobody while another admin stays, when others leave, alone, and outside of groups', () => {
		const two = group(['anna', 'admin'], ['ben', 'admin'], ['clara', 'member']);
		expect(findHeir(two, 'anna', everybody)).toBeNull();
		expect(findHeir(group(['anna', 'admin'], ['ben', 'member']), 'ben', everybody)).toBeNull();
		expect(findHeir(group(['anna', 'admin']), 'anna', everybody)).toBeNull();
		const direct = { ...group(['anna', 'admin'], ['ben', 'member']), kind: 'direct' as const };
		expect(findHeir(direct, 'anna', everybody)).toBeNull();
	});
});

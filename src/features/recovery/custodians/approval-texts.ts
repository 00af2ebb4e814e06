/** Says in words what is wrong with a number that a custodian has typed. Decides nothing. */
import { m } from '#ui/i18n/compiled/messages.js';
import type { ApprovalFault } from './approval.svelte.ts';

/** Null where nothing is. */
export function approvalFaultText(fault: ApprovalFault | null, name: string): string | null {
	if (fault === 'incomplete') return m.approvals_number_incomplete();
	if (fault === 'different') return m.approvals_number_different({ name });
	return fault === 'other_device' ? m.approvals_number_other_device({ name }) : null;
}

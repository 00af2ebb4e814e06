/** Says in words how it stands with restoring somebody's access. Decides nothing. */
import type { RecoveryRequestView } from '#core/engine/recovery-api.ts';
import { FEWEST_CUSTODIANS } from '#shared/domain/custodians.ts';
import { m } from '#ui/i18n/compiled/messages.js';

export interface StageText {
	label: string;
	tone: 'neutral' | 'info' | 'success' | 'warning' | 'danger';
}

/** `nameOf` knows people by id; empty for strangers. */
export function stageText(
	{ stage, approvedBy, ended }: RecoveryRequestView,
	nameOf: (person: string) => string
): StageText {
	const by = (ended?.by && nameOf(ended.by)) || m.custodians_somebody();
	switch (stage) {
		case 'open':
			return { label: m.restore_stage_open(), tone: 'info' };
		case 'presented': {
			const counted = { count: approvedBy.length, wanted: FEWEST_CUSTODIANS };
			return { label: m.restore_stage_presented(counted), tone: 'info' };
		}
		case 'restored':
			return { label: m.restore_stage_restored(), tone: 'success' };
		case 'finished':
			return { label: m.restore_stage_finished(), tone: 'success' };
		case 'expired':
			return { label: m.restore_stage_expired(), tone: 'neutral' };
		case 'cancelled':
			return { label: m.restore_stage_cancelled({ name: by }), tone: 'neutral' };
		case 'refused':
			return { label: m.restore_stage_refused({ name: by }), tone: 'danger' };
	}
}

/** Says in words how it stands with those who can restore access. Decides nothing. */
import { FEWEST_CUSTODIANS } from '#shared/domain/custodians.ts';
import { m } from '#ui/i18n/compiled/messages.js';
import type { CustodianTrouble, Standing } from './custodian-setup.svelte.ts';

/** What there is to beware of; null where all is well. */
export function standingText(standing: Standing): string | null {
	if (standing === 'nobody') return m.custodians_standing_nobody();
	if (standing === 'short') return m.custodians_standing_short();
	return standing === 'scarce' ? m.custodians_standing_scarce() : null;
}

const TROUBLES: Record<CustodianTrouble, () => string> = {
	left: m.custodians_trouble_left,
	new_key: m.custodians_trouble_new_key,
	no_device: m.common_no_device
};

export const troubleText = (trouble: CustodianTrouble): string => TROUBLES[trouble]();

/** How many are chosen, and whether that will do. */
export function choiceText(count: number): string {
	if (count < FEWEST_CUSTODIANS) return m.custodians_chosen_few({ count });
	return count === FEWEST_CUSTODIANS
		? m.custodians_chosen_scarce({ count })
		: m.custodians_chosen({ count });
}

/** What stands below a person's name in a list: first that nothing would reach them, then `about`. */
import type { PersonStatus } from '#shared/contract/directory.ts';
import { m } from './i18n/compiled/messages.js';

export const personLine = (
	{ status, hasDevice }: { status: PersonStatus; hasDevice: boolean },
	about: string
): string =>
	[status === 'active' && !hasDevice ? m.common_no_device() : '', about]
		.filter(Boolean)
		.join(' · ');

/** What the authority lays down for PINs, asked before anybody has signed in. */
import type { AuthorityInfo } from '#shared/contract/authority.ts';
import type { PinRules } from '#shared/domain/pin.ts';
import { callServer } from './call-server.ts';

export async function askPinRules(): Promise<PinRules> {
	const { pinLength, offlineUnlock } = (await callServer('authority.info')) as AuthorityInfo;
	return { pinLength, offlineUnlock };
}

/**
 * The server's part in opening a container, as the vault calls it: the wire form of the API by hand, since a vault's
 * worker starts faster than any library. Must never be given a PIN or a key.
 */
import type {
	BindShareInput,
	ConfirmShareInput,
	EvaluateShareInput,
	RegisterShareInput,
	ReleaseShareInput,
	ShareEvaluation
} from '#shared/contract/unlock.ts';
import type { PinRules } from '#shared/domain/pin.ts';
import { callServer } from '../call-server.ts';
import { askPinRules } from '../pin-rules.ts';

/** Each rejects with `offline` where no answer comes. */
export interface UnlockServer {
	rules(): Promise<PinRules>;
	register(input: RegisterShareInput): Promise<void>;
	evaluate(input: EvaluateShareInput): Promise<ShareEvaluation>;
	confirm(input: ConfirmShareInput): Promise<void>;
	release(input: ReleaseShareInput): Promise<void>;
	/** Needs the device's session. */
	bind(input: BindShareInput): Promise<void>;
}

const call = async (name: string, input: object): Promise<void> =>
	void (await callServer(`unlock.${name}`, input));

export const unlockServer: UnlockServer = {
	rules: askPinRules,
	register: (input) => call('register', input),
	evaluate: async (input) => (await callServer('unlock.evaluate', input)) as ShareEvaluation,
	confirm: (input) => call('confirm', input),
	release: (input) => call('release', input),
	bind: (input) => call('bind', input)
};

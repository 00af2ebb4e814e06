/**
 * The way from a link to a device that is set up: which step is shown, what was entered, what failed. Asks
 * the container; draws nothing. Must never keep the PIN longer than the call that takes it.
 */
import type { Container } from '#core/engine/container.ts';
import type { InvitationPreview } from '#shared/contract/enrolment.ts';
import type { DeviceKind } from '#shared/contract/devices.ts';
import { DienstwegError, type ErrorCode } from '#shared/contract/errors.ts';
import { readSecret } from './invitation-link.ts';

export type JoinStep =
	| { at: 'checking' }
	/** The link leads nowhere, or there is no network: `error` says which. */
	| { at: 'refused'; error: ErrorCode }
	| { at: 'invitation'; preview: InvitationPreview }
	| { at: 'install'; preview: InvitationPreview }
	/** `entered`: what was typed before a failed try, without the PIN. */
	| { at: 'pin'; preview: InvitationPreview; error: unknown; entered: Entered | null }
	| { at: 'working' }
	| { at: 'done' };

interface Entered {
	displayName: string;
	device: { name: string; kind: DeviceKind };
}

export interface JoinEntry extends Entered {
	pin: string;
}

export class JoinFlow {
	#step = $state.raw<JoinStep>({ at: 'checking' });
	readonly #container: Container;
	readonly #fragment: string;
	readonly #isOnline: () => boolean;

	/** `fragment` is what stood behind the # of the link. */
	constructor(container: Container, fragment: string, isOnline: () => boolean) {
		this.#container = container;
		this.#fragment = fragment;
		this.#isOnline = isOnline;
	}

	get step(): JoinStep {
		return this.#step;
	}

	/** The link's fragment, for the app on the home screen, which has storage of its own. */
	get fragment(): string {
		return this.#fragment;
	}

	/** Asks what the invitation says. Can be called again after a failure. */
	async check(): Promise<void> {
		this.#step = { at: 'checking' };
		const secret = readSecret(this.#fragment);
		if (secret === null) {
			this.#step = { at: 'refused', error: 'invitation_unknown' };
			return;
		}
		try {
			this.#step = { at: 'invitation', preview: await this.#container.peek(secret) };
		} catch (error) {
			this.#step = { at: 'refused', error: this.#failureOf(error).code };
		}
	}

	/** From the invitation to the PIN; on Apple phones over the home screen, whose apps share no storage with the browser. */
	proceed(installFirst: boolean): void {
		const step = this.#step;
		if (step.at === 'invitation' && installFirst)
			this.#step = { at: 'install', preview: step.preview };
		else if (step.at === 'invitation' || step.at === 'install')
			this.#step = { at: 'pin', preview: step.preview, error: null, entered: null };
	}

	/** Makes the keys and redeems the invitation. */
	async finish(entry: JoinEntry): Promise<void> {
		const step = this.#step;
		const secret = readSecret(this.#fragment);
		if (step.at !== 'pin' || secret === null) return;
		this.#step = { at: 'working' };
		try {
			await this.#container.enrol({ way: 'invitation', secret, ...entry });
			this.#step = { at: 'done' };
		} catch (error) {
			const failure = this.#failureOf(error);
			const { displayName, device } = entry;
			this.#step = failure.code.startsWith('invitation_')
				? { at: 'refused', error: failure.code }
				: { at: 'pin', preview: step.preview, error: failure, entered: { displayName, device } };
		}
	}

	/** Without a network whatever fails does so for want of it, be it a part of the app that wasn't loaded yet. */
	#failureOf(error: unknown): DienstwegError {
		if (!this.#isOnline()) return new DienstwegError('offline', {}, { cause: error });
		return error instanceof DienstwegError
			? error
			: new DienstwegError('internal', {}, { cause: error });
	}
}

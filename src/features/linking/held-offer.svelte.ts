/**
 * What another device shows, when this tab was opened with it: by a phone's own camera, which follows the link in the QR
 * code. Takes it out of the address bar and the history at the first moment of the page; it names a mailbox for ten
 * minutes and is no secret of an account, yet belongs nowhere else.
 */
const PATH = '/verbinden';

class HeldOffer {
	#link = $state.raw<string | null>(null);

	/** The whole link; null without one. */
	get link(): string | null {
		return this.#link;
	}

	/** Takes it from the address `/verbinden#…`; does nothing elsewhere. To be called before anything else runs. */
	take(): void {
		if (location.pathname !== PATH || location.hash.length < 2) return;
		this.#link = `${location.origin}${PATH}${location.hash}`;
		history.replaceState(history.state, '', location.pathname);
	}

	/** It has served. */
	forget(): void {
		this.#link = null;
	}
}

export const heldOffer = new HeldOffer();

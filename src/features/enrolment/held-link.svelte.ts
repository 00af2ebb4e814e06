/**
 * The fragment of the invitation link that this tab was opened with. Takes it out of the address bar and the
 * history at the first moment of the page; must never let it reach storage, a log or a request.
 */

class HeldLink {
	#fragment = $state.raw<string | null>(null);

	/** What stood behind the #, well-formed or not; null without a link. */
	get fragment(): string | null {
		return this.#fragment;
	}

	/** Takes the fragment of `/join#…`; does nothing elsewhere. To be called before anything else runs. */
	take(): void {
		if (location.pathname !== '/join' || location.hash.length < 2) return;
		this.#fragment = location.hash.slice(1);
		history.replaceState(history.state, '', location.pathname);
	}

	/** Holds a secret that someone pasted. */
	hold(secret: string): void {
		this.#fragment = secret;
	}

	/** It has served. */
	forget(): void {
		this.#fragment = null;
	}
}

export const heldLink = new HeldLink();

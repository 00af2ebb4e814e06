/**
 * What stands behind the # of the link that this tab was opened with. Takes it out of the address bar and the history at
 * the first moment of the page; must never let it reach storage, a log or a request.
 */
export class HeldFragment {
	readonly #path: string;
	readonly #mark: string;
	#fragment = $state.raw<string | null>(null);

	/**
	 * @param path of the page that such links lead to
	 * @param mark stays in the address, so that the page knows of the link once it was loaded anew
	 */
	constructor(path: string, mark = '') {
		this.#path = path;
		this.#mark = mark;
	}

	/** Well-formed or not; null without a link. */
	get fragment(): string | null {
		return this.#fragment;
	}

	/** The page was opened with a link, and then loaded anew: what was behind the # is nowhere any more. */
	get wasHeld(): boolean {
		return this.#fragment === null && this.#mark !== '' && location.search === this.#mark;
	}

	/** Does nothing at any other address. To be called before anything else runs. */
	take(): void {
		if (location.pathname !== this.#path || location.hash.length < 2) return;
		this.#fragment = location.hash.slice(1);
		history.replaceState(history.state, '', location.pathname + this.#mark);
	}

	/** Holds what someone pasted. */
	hold(fragment: string): void {
		this.#fragment = fragment;
	}

	/** It has served. */
	forget(): void {
		this.#fragment = null;
	}
}

/** Which conversation the person is looking at, over all tabs: the one that was shown last. */
export class Viewing {
	readonly #shown = new Map<string, string>();

	/** Notes what a tab shows (null: nothing, or the tab is hidden or gone) and returns what counts. */
	set(tab: string, conversation: string | null): string | null {
		this.#shown.delete(tab);
		if (conversation !== null) this.#shown.set(tab, conversation);
		return [...this.#shown.values()].at(-1) ?? null;
	}
}

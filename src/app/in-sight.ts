/** Whether anybody can see the app: true while one tab at least is in sight. A tab counts as seen until it says otherwise. */
export class InSight {
	readonly #seen = new Map<string, boolean>();

	/** Notes a tab (null: it is gone) and returns whether any is seen; without tabs nothing is said. */
	set(tab: string, isSeen: boolean | null): boolean {
		if (isSeen === null) this.#seen.delete(tab);
		else this.#seen.set(tab, isSeen);
		return this.#seen.size === 0 || [...this.#seen.values()].includes(true);
	}
}

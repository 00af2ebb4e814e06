/** Emoji used in this tab, newest first. In memory only: what someone sends is not left on the device. */

const MOST = 14;
const AT_FIRST = ['👍', '👌', '🙏', '😊', '😂', '❤️', '✅'];

class RecentEmoji {
	#list = $state.raw<readonly string[]>(AT_FIRST);

	get list(): readonly string[] {
		return this.#list;
	}

	add(emoji: string): void {
		this.#list = [emoji, ...this.#list.filter((one) => one !== emoji)].slice(0, MOST);
	}
}

export const recentEmoji = new RecentEmoji();

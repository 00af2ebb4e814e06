/**
 * Whether a new version is ready, and the change to it: at a press, in all tabs, but in none while somebody
 * writes there.
 */
import { watchUpdates, type Updates } from '#platform/shell/updates.ts';

/** Milliseconds without a key after which nobody is in the middle of a sentence. */
const PAUSE = 10_000;
/** Milliseconds between two looks whether somebody still writes. */
const LOOK_EVERY = 1_000;

/** `ready`: waits for a press; `changing`: pressed, waits until nobody writes here. */
type Stage = 'none' | 'ready' | 'changing';

class Update {
	#stage = $state<Stage>('none');
	#updates: Updates | undefined;
	#lastKey = 0;

	get stage(): Stage {
		return this.#stage;
	}

	/** Called once, with the page. */
	start(): void {
		addEventListener('input', () => (this.#lastKey = Date.now()), { capture: true });
		this.#updates = watchUpdates({
			onWaiting: () => {
				if (this.#stage === 'none') this.#stage = 'ready';
			},
			onTakenOver: () => this.#reloadInPeace()
		});
	}

	/** The person wants it now; other tabs follow as soon as nobody writes there. */
	apply(): void {
		this.#lastKey = 0;
		this.#stage = 'changing';
		this.#updates?.apply();
	}

	/** The server says that it is newer. */
	look(): void {
		this.#updates?.look();
	}

	#reloadInPeace(): void {
		this.#stage = 'changing';
		const isWriting = () =>
			document.visibilityState === 'visible' && Date.now() - this.#lastKey < PAUSE;
		const attempt = () => {
			if (isWriting()) return;
			clearInterval(timer);
			location.reload();
		};
		const timer = setInterval(attempt, LOOK_EVERY);
		attempt();
	}
}

export const update = new Update();

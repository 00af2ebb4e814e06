/**
 * Whether and how the app can be installed here. Owns the browser's offer, which comes once and early: the
 * module has to be loaded with the page. Must never prompt by itself.
 */

/** Chromium's offer; in no standard yet (https://wicg.github.io/manifest-incubations/#beforeinstallpromptevent-interface). */
interface InstallOffer extends Event {
	prompt(): Promise<{ outcome: 'accepted' | 'dismissed' }>;
}

/** `prompt`: one press; `ios`, `firefox`: by hand; `none`: not here; `installed`: runs as an app. */
type InstallWay = 'prompt' | 'ios' | 'firefox' | 'none' | 'installed';

const isOffer = (event: Event): event is InstallOffer => 'prompt' in event;

/** iPads call themselves Macs; no Mac has a touch screen. */
const onApplePhone = (): boolean =>
	/iPhone|iPad|iPod/.test(navigator.userAgent) ||
	(/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1);

const inAppWindow = (): boolean => matchMedia('(display-mode: standalone)').matches;

class Install {
	#offer = $state.raw<InstallOffer | null>(null);
	#accepted = $state(false);

	get way(): InstallWay {
		if (this.#accepted || inAppWindow()) return 'installed';
		if (this.#offer) return 'prompt';
		if (onApplePhone()) return 'ios';
		return /Android.*Firefox/.test(navigator.userAgent) ? 'firefox' : 'none';
	}

	/** Listens for the browser's offer. Called once, as early as the page allows. */
	listen(): void {
		addEventListener('beforeinstallprompt', (event) => {
			if (!isOffer(event)) return;
			event.preventDefault();
			this.#offer = event;
		});
		addEventListener('appinstalled', () => (this.#accepted = true));
	}

	/** Asks, by the browser's own dialog. Returns whether the person said yes. */
	async ask(): Promise<boolean> {
		const offer = this.#offer;
		if (!offer) return false;
		this.#offer = null;
		const { outcome } = await offer.prompt();
		if (outcome === 'accepted') this.#accepted = true;
		return outcome === 'accepted';
	}
}

export const install = new Install();

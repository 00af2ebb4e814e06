/**
 * The one session of this tab: mirrors the container's phase into a rune, so that the layout redraws when
 * any tab unlocks, locks or wipes. Holds no key and no content.
 */
import type { Container, ContainerState } from '#core/engine/container.ts';
import { createContainer } from './container.ts';

export interface Session {
	readonly container: Container;
	readonly state: ContainerState;
}

class TabSession implements Session {
	readonly container: Container = createContainer();
	#state = $state.raw<ContainerState>({ phase: 'starting' });

	constructor() {
		this.container.subscribe((state) => {
			this.#state = state;
		});
	}

	get state(): ContainerState {
		return this.#state;
	}
}

let session: Session | undefined;

/** The tab's session; made, and the engine's worker reached for, on the first call. Browser only. */
export const getSession = (): Session => (session ??= new TabSession());

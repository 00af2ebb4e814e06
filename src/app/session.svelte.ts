/**
 * The one session of this tab: mirrors the container's phase into a rune, so that the layout redraws when
 * any tab unlocks, locks or wipes. At a shared terminal there is no container, and a visit in its place. Holds no key
 * and no content.
 */
import type { Container, ContainerState } from '#core/engine/container.ts';
import type { Terminal, TerminalState, VisitEnd } from '#core/engine/terminal.ts';
import { createContainer } from './container.ts';
import { isTerminal } from './is-terminal.ts';

export interface Session {
	/** Must not be asked for at a terminal. */
	readonly container: Container;
	/** At a terminal it is either open or starting. */
	readonly state: ContainerState;
	/** Whether this browser is a shared terminal. */
	readonly isTerminal: boolean;
	/** Null elsewhere, and until its code has come. */
	readonly terminal: { terminal: Terminal; state: TerminalState; lastEnd: VisitEnd | null } | null;
}

class TabSession implements Session {
	readonly isTerminal = isTerminal();
	#container: Container | undefined;
	#state = $state.raw<ContainerState>({ phase: 'starting' });
	#terminal = $state.raw<Session['terminal']>(null);

	constructor() {
		if (this.isTerminal) void this.#beTerminal();
		else
			this.container.subscribe((state) => {
				this.#state = state;
			});
	}

	get container(): Container {
		return (this.#container ??= createContainer());
	}

	get state(): ContainerState {
		return this.#state;
	}

	get terminal(): Session['terminal'] {
		return this.#terminal;
	}

	/** Nobody's own device needs any of it. */
	async #beTerminal(): Promise<void> {
		const { BrowserTerminal } = await import('./browser-terminal.ts');
		const terminal = new BrowserTerminal();
		terminal.subscribe((state, lastEnd) => {
			this.#terminal = { terminal, state, lastEnd };
			this.#state =
				state.phase === 'open' ? { phase: 'open', engine: state.engine } : { phase: 'starting' };
		});
	}
}

let session: Session | undefined;

/** The tab's session; made, and the engine's worker reached for, on the first call. Browser only. */
export const getSession = (): Session => (session ??= new TabSession());

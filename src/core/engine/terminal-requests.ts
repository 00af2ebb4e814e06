/** Commands around shared terminals, a part of `Commands`. Types only. */
import type { Terminal, TerminalPlate, TerminalVisit } from '#shared/contract/terminals.ts';

export interface TerminalRequests {
	listTerminals: { input: void; output: Terminal[] };
	/** `link` holds the secret and is shown once. */
	registerTerminal: {
		input: TerminalPlate & { idleMinutes: number };
		output: { link: string };
	};
	updateTerminal: { input: TerminalPlate & { id: string; idleMinutes: number }; output: void };
	/** Signs out whoever is signed in there. */
	endTerminal: { input: { id: string }; output: void };
	removeTerminal: { input: { id: string }; output: void };
	/** What a terminal is called whose code was scanned or typed; rejects with `terminal_code_unknown`. */
	findTerminal: { input: { code: string }; output: TerminalPlate };
	/** Lets it in for a visit. */
	signInAtTerminal: { input: { code: string }; output: void };
	/** Terminals at which the person is signed in. */
	listVisits: { input: void; output: TerminalVisit[] };
	endVisit: { input: { device: string }; output: void };
	/** At the terminal itself: text that is not sent goes to the person's own devices, and the visit is over. */
	leaveTerminal: { input: void; output: void };
}

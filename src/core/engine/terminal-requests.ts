/** Commands around shared terminals, a part of `Commands`. Types only. */
import type { OwnTerminalPin } from '#shared/contract/terminal-pin.ts';
import type { Terminal, TerminalPlate, TerminalVisit } from '#shared/contract/terminals.ts';

/** `isHere`: made on this device, which keeps it up to date. */
export type TerminalPinState = OwnTerminalPin & { isHere: boolean };

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
	/** Signing in without this device, by code and PIN; null where that is not set up. */
	terminalPin: { input: void; output: TerminalPinState | null };
	/** A new code, shown once, for this PIN; rejects with `forbidden` where the authority wants none. */
	setTerminalPin: { input: { pin: string }; output: { code: string } };
	endTerminalPin: { input: void; output: void };
}

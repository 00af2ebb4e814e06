/** Port: the shared terminal that this browser is, as screens see it. The app implements it. Types only. */
import type { TerminalDuty, TerminalPlate } from '#shared/contract/terminals.ts';
import type { EngineLink } from './api.ts';

/** Why the last visit is over. */
export type VisitEnd =
	/** Its visitor has signed out here. */
	| 'signed_out'
	/** Nobody was there any more. */
	| 'idle'
	/** Ended from the visitor's phone, or by IT. */
	| 'elsewhere'
	/** Without a connection for too long. */
	| 'network'
	/** It has not begun: what was granted could not be used. */
	| 'failed';

/** Why code and PIN have opened nothing. */
export type PinRefusal =
	| { refusal: 'wrong' | 'resting'; left: number; retryAfter: number }
	| {
			refusal:
				/** No such code, or not any more. */
				| 'unknown'
				/** Ten wrong PINs. */
				| 'destroyed'
				/** All visits that the person's device has prepared. */
				| 'used_up'
				/** The authority wants none. */
				| 'forbidden'
				| 'offline'
				| 'failed';
	  };

export type TerminalState =
	| { phase: 'starting' }
	/** IT has not registered it, or has removed it. */
	| { phase: 'unregistered' }
	/** This browser is somebody's own device. */
	| { phase: 'occupied' }
	| { phase: 'offline' }
	| { phase: 'code'; terminal: TerminalPlate; code: string; link: string; withPin: boolean }
	| { phase: 'entering'; terminal: TerminalPlate }
	| { phase: 'open'; terminal: TerminalDuty; engine: EngineLink };

export interface Terminal {
	/** Called at once and after each change; returns the function that ends it. */
	subscribe(onState: (state: TerminalState, lastEnd: VisitEnd | null) => void): () => void;
	/** One try at code and PIN; null where it was right, and the visit begins. Never rejects. */
	enterByPin(code: string, pin: string): Promise<PinRefusal | null>;
	signOut(end: 'signed_out' | 'idle'): void;
	/** The browser is no terminal any more. */
	forget(): void;
}

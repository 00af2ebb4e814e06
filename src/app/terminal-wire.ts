/** What travels between a terminal's page and its worker: the engine's own messages, and how it stands. Types only. */
import type { PinRefusal, TerminalState, VisitEnd } from '#core/engine/terminal.ts';
import type { FromHost, FromTab } from '#platform/link/wire.ts';

export type ToTerminalWorker =
	| Extract<FromTab, { type: 'call' | 'watch' | 'unwatch' }>
	| { type: 'start'; token: string }
	| { type: 'pin'; code: string; pin: string }
	| { type: 'end'; end: VisitEnd };

type Shown<State> = State extends { phase: 'open' } ? Omit<State, 'engine'> : State;

export type FromTerminalWorker =
	| Extract<FromHost, { type: 'result' | 'failure' | 'value' }>
	| { type: 'state'; state: Shown<Exclude<TerminalState, { phase: 'occupied' }>> }
	/** Null where code and PIN were right. */
	| { type: 'tried'; refusal: PinRefusal | null }
	/** Keys are zero-filled; the worker is to be thrown away. */
	| { type: 'over'; end: VisitEnd };

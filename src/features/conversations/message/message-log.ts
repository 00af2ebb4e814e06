/**
 * The loaded stretch of a conversation, oldest first and without a hole: puts the windows together that
 * the engine sends. Pure; owns no subscription.
 */
import type { MessageView, MessageWindow } from '#core/engine/api.ts';

export interface MessageLog {
	messages: readonly MessageView[];
	hasOlder: boolean;
	/** It lies somewhere above and does not reach the newest message yet. */
	hasNewer: boolean;
}

export const EMPTY_LOG: MessageLog = { messages: [], hasOlder: false, hasNewer: false };

/**
 * Takes in the newest window, which replaces everything from its first message on. When it no longer
 * touches what was loaded, the older part is dropped: a hole would be read as silence. A stretch that does
 * not reach the newest message stays as it is until it does.
 */
export function takeNewest(log: MessageLog, window: MessageWindow): MessageLog {
	const first = window.messages[0];
	const lastLoaded = log.messages.at(-1);
	if (first === undefined || lastLoaded === undefined || !window.hasOlder) return window;
	const touches = log.messages.some((message) => message.id === first.id);
	if (!touches && first.order > lastLoaded.order) return log.hasNewer ? log : window;
	const fresh = new Set(window.messages.map((message) => message.id));
	const older = log.messages.filter(
		(message) => message.order < first.order && !fresh.has(message.id)
	);
	return {
		messages: [...older, ...window.messages],
		hasOlder: older.length > 0 ? log.hasOlder : window.hasOlder,
		hasNewer: window.hasNewer
	};
}

/** Takes in a window of older or newer messages; ignored when it does not touch what was loaded. */
export function takePage(log: MessageLog, window: MessageWindow): MessageLog {
	const first = window.messages[0];
	const last = window.messages.at(-1);
	const oldest = log.messages[0];
	if (first === undefined || last === undefined || oldest === undefined) return log;
	if (last.order < oldest.order || first.order > (log.messages.at(-1)?.order ?? 0)) return log;
	const fresh = new Set(window.messages.map((message) => message.id));
	const kept = (message: MessageView) => !fresh.has(message.id);
	const before = log.messages.filter((message) => message.order < first.order && kept(message));
	const after = log.messages.filter((message) => message.order > last.order && kept(message));
	return {
		messages: [...before, ...window.messages, ...after],
		hasOlder: before.length > 0 ? log.hasOlder : window.hasOlder,
		hasNewer: after.length > 0 ? log.hasNewer : window.hasNewer
	};
}

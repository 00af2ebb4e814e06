/** Lines over a MessagePort, and over the channel that all tabs share where there is no SharedWorker. */
import { ENGINE_CHANNEL, type Line } from './wire.ts';

export function portLine<Out, In>(port: MessagePort): Line<Out, In> {
	const line: Line<Out, In> = {
		send: (message, transfer = []) => port.postMessage(message, transfer),
		onMessage: () => undefined,
		close: () => port.close()
	};
	port.onmessage = ({ data }: MessageEvent<In>) => line.onMessage(data);
	return line;
}

/** What runs over the shared channel: `up` is the worker's call to all tabs to say hello. */
type ChannelMessage =
	| { to: 'host'; tab: string; message: unknown }
	| { to: 'tab'; tab: string; message: unknown }
	| { to: 'all'; up: true };

/** A tab's line over the channel. `onUp` is called when a worker has started. */
export function tabChannelLine<Out, In>(tab: string, onUp: () => void): Line<Out, In> {
	const channel = new BroadcastChannel(ENGINE_CHANNEL);
	const line: Line<Out, In> = {
		send: (message) => channel.postMessage({ to: 'host', tab, message } satisfies ChannelMessage),
		onMessage: () => undefined,
		close: () => channel.close()
	};
	channel.onmessage = ({ data }: MessageEvent<ChannelMessage>) => {
		if (data.to === 'all') onUp();
		else if (data.to === 'tab' && data.tab === tab) line.onMessage(data.message as In);
	};
	return line;
}

/** The worker's side: one line for each tab that speaks. Calls all tabs at once. */
export function listenOnChannel<Out, In>(onTab: (line: Line<Out, In>) => void): void {
	const channel = new BroadcastChannel(ENGINE_CHANNEL);
	const lines = new Map<string, Line<Out, In>>();
	const lineOf = (tab: string): Line<Out, In> => {
		const line: Line<Out, In> = {
			send: (message) => channel.postMessage({ to: 'tab', tab, message } satisfies ChannelMessage),
			onMessage: () => undefined,
			close: () => void lines.delete(tab)
		};
		lines.set(tab, line);
		onTab(line);
		return line;
	};
	channel.onmessage = ({ data }: MessageEvent<ChannelMessage>) => {
		if (data.to !== 'host') return;
		(lines.get(data.tab) ?? lineOf(data.tab)).onMessage(data.message as In);
	};
	channel.postMessage({ to: 'all', up: true } satisfies ChannelMessage);
}

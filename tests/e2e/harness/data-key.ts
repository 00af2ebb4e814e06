/** The data key of a browser's container, for tests that look for it where it must not be. */
import type { BrowserContext, Page } from 'playwright-core';

/** The key is carried under this mask, so that the test itself leaves no copy of it to be found. */
const MASK = 0xa5;

/** From now on, pages of this browser notice the key on its way from the vault to the engine. */
export async function noticeDataKey(context: BrowserContext): Promise<void> {
	await context.addInitScript((mask) => {
		const { postMessage } = Worker.prototype;
		Worker.prototype.postMessage = function (message: unknown, ...rest: never[]): void {
			const key = (message as { key?: unknown } | null)?.key;
			if (!(key instanceof MessagePort)) {
				Reflect.apply(postMessage, this, [message, ...rest]);
				return;
			}
			const { port1: near, port2: far } = new MessageChannel();
			near.onmessage = ({ data }: MessageEvent<{ key?: Uint8Array<ArrayBuffer> }>) => {
				if (data.key)
					Reflect.set(
						globalThis,
						'noticedKey',
						[...data.key].map((byte) => byte ^ mask)
					);
				key.postMessage(data, data.key ? [data.key.buffer] : []);
			};
			key.onmessage = ({ data }) => near.postMessage(data);
			Reflect.apply(postMessage, this, [{ ...(message as object), key: far }, [far]]);
		};
	}, MASK);
}

/** Throws where none has passed. */
export async function dataKeyOf(page: Page): Promise<Uint8Array> {
	const masked = await page.evaluate(
		() => Reflect.get(globalThis, 'noticedKey') as number[] | undefined
	);
	if (masked?.length !== 32) throw new Error('No key has been noticed');
	return Uint8Array.from(masked, (byte) => byte ^ MASK);
}

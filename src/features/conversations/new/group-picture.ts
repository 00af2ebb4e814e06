/**
 * A group's picture: cut square, made small and encoded anew, so that nothing of the file goes along (place,
 * camera, time). Decoding, scaling and encoding run off the main thread in the browser itself.
 */
import { DienstwegError } from '#shared/contract/errors.ts';
import { MAX_PICTURE_BYTES } from '#shared/contract/limits.ts';

const EDGE = 256;
/** Bigger files are no pictures of a phone, and decoding them would take the tab down. */
const MAX_FILE_BYTES = 40 * 1024 * 1024;
/** Tried in this order until the result is small enough. */
const QUALITIES = [0.85, 0.7, 0.5, 0.3];

/** The middle square of a picture, in its own pixels. */
export function middleSquare(
	width: number,
	height: number
): { x: number; y: number; edge: number } {
	const edge = Math.min(width, height);
	return { x: Math.floor((width - edge) / 2), y: Math.floor((height - edge) / 2), edge };
}

/**
 * JPEG of at most 256 pixels and 40 KB. Rejects with `bad_request` when the file is no picture that this
 * browser reads, and with `too_large` when it can't be made small enough.
 */
export async function makeGroupPicture(file: Blob): Promise<Blob> {
	if (file.size > MAX_FILE_BYTES) throw new DienstwegError('too_large');
	const whole = await decode(file);
	const { x, y, edge } = middleSquare(whole.width, whole.height);
	const size = Math.min(EDGE, edge);
	const small = await createImageBitmap(whole, x, y, edge, edge, {
		resizeWidth: size,
		resizeHeight: size,
		resizeQuality: 'high'
	});
	whole.close();
	const canvas = new OffscreenCanvas(size, size);
	const context = canvas.getContext('2d');
	if (context === null) throw new DienstwegError('unsupported');
	// Transparent places would turn black.
	context.fillStyle = '#ffffff';
	context.fillRect(0, 0, size, size);
	context.drawImage(small, 0, 0, size, size);
	small.close();
	for (const quality of QUALITIES) {
		const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality });
		if (blob.size <= MAX_PICTURE_BYTES) return blob;
	}
	throw new DienstwegError('too_large');
}

async function decode(file: Blob): Promise<ImageBitmap> {
	try {
		return await createImageBitmap(file);
	} catch (cause) {
		throw new DienstwegError('bad_request', { field: 'picture' }, { cause });
	}
}

/** Base64url without padding, as the contract wants it. */
export async function toContract(picture: Blob): Promise<string> {
	const bytes = new Uint8Array(await picture.arrayBuffer());
	let binary = '';
	for (const byte of bytes) binary += String.fromCharCode(byte);
	return toUrlAlphabet(btoa(binary));
}

/** From the data URL that the engine shows to what the contract wants; null for null. */
export function dataUrlToContract(url: string | null): string | null {
	const encoded =
		url === null ? null : /^data:image\/\w+;base64,(?<data>.*)$/u.exec(url)?.groups?.['data'];
	return encoded ? toUrlAlphabet(encoded) : null;
}

/** For `<img>`: a JPEG, the only kind that is made here. */
export function contractToDataUrl(picture: string): string {
	return `data:image/jpeg;base64,${picture.replaceAll('-', '+').replaceAll('_', '/')}`;
}

function toUrlAlphabet(base64: string): string {
	return base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

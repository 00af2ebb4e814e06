/** Reads QR codes from a picture: the browser's own detector where there is one, else a decoder in JavaScript. */

interface Detector {
	detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
interface DetectorClass {
	new (options: { formats: string[] }): Detector;
	getSupportedFormats(): Promise<string[]>;
}

/** What stands in the picture now; null where nothing is read. */
export type CodeReader = (video: HTMLVideoElement) => Promise<string | null>;

/** Longer edge of what is decoded (px): enough for a code that fills a third of the picture, and quick. */
const MAX_EDGE = 800;
/** How long the decoder may try harder with one frame (ms). */
const EFFORT_MILLIS = 40;

async function findDetector(): Promise<Detector | null> {
	const { BarcodeDetector } = globalThis as { BarcodeDetector?: DetectorClass };
	if (!BarcodeDetector) return null;
	// Some browsers bring the class and nothing behind it.
	const formats = await BarcodeDetector.getSupportedFormats().catch((): string[] => []);
	return formats.includes('qr_code') ? new BarcodeDetector({ formats: ['qr_code'] }) : null;
}

async function makeDecoder(): Promise<CodeReader> {
	const { decodeQR } = await import('qr/decode.js');
	const canvas = document.createElement('canvas');
	const context = canvas.getContext('2d', { willReadFrequently: true });
	return async (video) => {
		const { videoWidth, videoHeight } = video;
		if (!context || videoWidth === 0) return null;
		const scale = Math.min(1, MAX_EDGE / Math.max(videoWidth, videoHeight));
		canvas.width = Math.round(videoWidth * scale);
		canvas.height = Math.round(videoHeight * scale);
		context.drawImage(video, 0, 0, canvas.width, canvas.height);
		const picture = context.getImageData(0, 0, canvas.width, canvas.height);
		try {
			return decodeQR(picture, { timeLimit: EFFORT_MILLIS });
		} catch {
			// The decoder throws where it finds no code, as in most frames.
			return null;
		}
	};
}

export async function makeCodeReader(): Promise<CodeReader> {
	const detector = await findDetector();
	if (!detector) return makeDecoder();
	let decoder: CodeReader | null = null;
	return async (video) => {
		if (decoder) return decoder(video);
		try {
			return (await detector.detect(video))[0]?.rawValue ?? null;
		} catch {
			decoder = await makeDecoder();
			return decoder(video);
		}
	};
}

/**
 * The camera: asks for it, shows it, looks for QR codes a few times a second. Owns the stream and its end; what is
 * seen leaves this file as the text of a code only, never as a picture.
 */
import { makeCodeReader } from './code-reader.ts';

export type CameraFault = 'missing' | 'denied' | 'busy';

interface Handlers {
	onReady(): void;
	onText(text: string): void;
	onFault(fault: CameraFault): void;
}

/** Between two looks (ms). */
const PAUSE = 120;
/** The one at the back, which people point at things with; not too large to decode. */
const WISHES: MediaStreamConstraints = {
	video: { facingMode: { ideal: 'environment' }, width: { ideal: 1280 }, height: { ideal: 720 } },
	audio: false
};

const sleep = (millis: number): Promise<void> =>
	new Promise((resolve) => {
		setTimeout(resolve, millis);
	});

function faultOf(error: unknown): CameraFault {
	const name = error instanceof Error ? error.name : '';
	if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
	return name === 'NotReadableError' || name === 'AbortError' ? 'busy' : 'missing';
}

async function openCamera(): Promise<MediaStream> {
	// Absent where the page is not served securely, or the browser has none of it.
	const devices = navigator.mediaDevices as MediaDevices | undefined;
	if (!devices) throw new Error('no way to ask for a camera');
	return devices.getUserMedia(WISHES);
}

/** Shows the camera in `video` until the returned function is called, or a fault was told. */
export function readCamera(video: HTMLVideoElement, handlers: Handlers): () => void {
	let stream: MediaStream | null = null;
	let isOver = false;

	const end = (): void => {
		isOver = true;
		for (const track of stream?.getTracks() ?? []) track.stop();
		video.srcObject = null;
	};
	const fail = (fault: CameraFault): void => {
		if (isOver) return;
		end();
		handlers.onFault(fault);
	};

	async function look(): Promise<void> {
		const read = await makeCodeReader();
		for (let last: string | null = null; ; await sleep(PAUSE)) {
			if (isOver) return;
			const text = document.hidden ? null : await read(video);
			if (isOver || text === null || text === last) continue;
			last = text;
			handlers.onText(text);
		}
	}

	async function begin(): Promise<void> {
		stream = await openCamera();
		// Whoever closed it while the browser was asking wants no camera any more.
		if (isOver) return end();
		for (const track of stream.getTracks()) track.addEventListener('ended', () => fail('busy'));
		video.srcObject = stream;
		await video.play();
		handlers.onReady();
		await look();
	}

	begin().catch((error: unknown) => fail(faultOf(error)));
	return end;
}

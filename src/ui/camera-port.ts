/** Port: the camera, as components ask for it. The app implements it with the platform's. Types only. */

/**
 * Why there is no picture: no camera (or no way to ask for one), the person or the browser said no, another
 * program holds it.
 */
export type CameraFault = 'missing' | 'denied' | 'busy';

export interface CameraHandlers {
	/** The picture is there. */
	onReady(): void;
	/** What a QR code says; once for as long as the same one stays in view. */
	onText(text: string): void;
	/** Final: nothing more comes. */
	onFault(fault: CameraFault): void;
}

export interface CameraPort {
	/** Shows the camera in `video` and reads QR codes from it. Returns the end of it, which switches the camera off. */
	read(video: HTMLVideoElement, handlers: CameraHandlers): () => void;
}

/** The port that scanning asks for. */
import { readCamera } from '#platform/camera/read-camera.ts';
import type { CameraPort } from '#ui/camera-port.ts';

export const camera: CameraPort = { read: readCamera };

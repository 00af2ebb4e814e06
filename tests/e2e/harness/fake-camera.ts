/** A camera that shows what a test wants: a video file that Chromium plays instead of one, with a QR code in it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';

const WIDTH = 640;
const HEIGHT = 480;
const FRAMES = 4;
/** Luma of limited range. */
const DARK = 16;
const LIGHT = 235;

export interface FakeCamera {
	/** Switches for the browser. */
	readonly args: string[];
	/** What the camera sees from the next time that it is switched on. Null: a white wall. */
	show(code: boolean[][] | null): Promise<void>;
	remove(): Promise<void>;
}

/** YUV4MPEG2, 4:2:0: the code in the middle, as large as fits with some wall around it. */
function video(code: boolean[][] | null): Buffer {
	const luma = Buffer.alloc(WIDTH * HEIGHT, LIGHT);
	const size = code?.length ?? 0;
	const scale = Math.floor((HEIGHT * 0.8) / Math.max(size, 1));
	const [left, top] = [WIDTH - size * scale, HEIGHT - size * scale].map((room) => room >> 1);
	for (const [y, row] of (code ?? []).entries())
		for (const [x, isDark] of row.entries())
			for (let line = 0; line < scale; line += 1) {
				const at = ((top ?? 0) + y * scale + line) * WIDTH + (left ?? 0) + x * scale;
				luma.fill(isDark ? DARK : LIGHT, at, at + scale);
			}
	const chroma = Buffer.alloc((WIDTH * HEIGHT) / 2, 128);
	const frame = Buffer.concat([Buffer.from('FRAME\n'), luma, chroma]);
	const head = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\n`);
	return Buffer.concat([head, ...Array.from({ length: FRAMES }, () => frame)]);
}

export async function makeFakeCamera(): Promise<FakeCamera> {
	const folder = await mkdtemp(path.join(tmpdir(), 'dienstweg-camera-'));
	const file = path.join(folder, 'camera.y4m');
	const show = (code: boolean[][] | null): Promise<void> => writeFile(file, video(code));
	await show(null);
	return {
		args: [
			'--use-fake-device-for-media-stream',
			'--use-fake-ui-for-media-stream',
			`--use-file-for-fake-video-capture=${file}`
		],
		show,
		remove: () => rm(folder, { recursive: true, force: true })
	};
}

/** The modules of the QR code with this name on a page, with the quiet zone around it. */
export async function readCode(page: Page, name: string): Promise<boolean[][]> {
	const code = page.getByRole('img', { name, exact: true });
	const box = (await code.getAttribute('viewBox')) ?? '';
	const size = Number(box.split(' ')[2]);
	const drawing = (await code.locator('path').getAttribute('d')) ?? '';
	const modules = Array.from({ length: size }, () => Array.from({ length: size }, () => false));
	for (const [, x, y] of drawing.matchAll(/M(\d+) (\d+)h1v1h-1z/g)) {
		const row = modules[Number(y)];
		if (row) row[Number(x)] = true;
	}
	return modules;
}

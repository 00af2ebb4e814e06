import { describe, expect, it } from 'vitest';
import {
	contractToDataUrl,
	dataUrlToContract,
	makeGroupPicture,
	middleSquare,
	toContract
} from './group-picture.ts';

describe('a group picture', () => {
	it('is cut from the middle', () => {
		expect(middleSquare(400, 300)).toEqual({ x: 50, y: 0, edge: 300 });
		expect(middleSquare(3, 10)).toEqual({ x: 0, y: 3, edge: 3 });
	});

	it('goes to the contract and back unchanged', async () => {
		const bytes = Uint8Array.from({ length: 1000 }, (_, index) => (index * 7919) % 256);
		const picture = await toContract(new Blob([bytes]));
		expect(picture).toMatch(/^[\w-]+$/);
		expect(dataUrlToContract(contractToDataUrl(picture))).toBe(picture);
		expect(Uint8Array.from(Buffer.from(picture, 'base64url'))).toEqual(bytes);
	});

	it('is none where there is none', () => {
		expect(dataUrlToContract(null)).toBeNull();
		expect(dataUrlToContract('data:text/html,x')).toBeNull();
	});

	it('is not made from files that would take the tab down', async () => {
		const huge = { size: 1e9 } as Blob;
		await expect(makeGroupPicture(huge)).rejects.toMatchObject({ code: 'too_large' });
	});
});

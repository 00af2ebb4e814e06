/**
 * What of a scrolling list is really in view, as the page has been laid out: a virtual list knows sizes of rows that
 * it has not measured yet by estimate only. Reads the page, changes nothing.
 */

/** Of a message that begins in view, this much has to be there for it to count as seen (CSS px). */
const SEEN_FROM = 40;
/** Frames in a row without a change after which a layout counts as settled. */
const STILL_FRAMES = 2;
/** A list that keeps changing, as messages come, is taken as it is after so many frames. */
const MOST_FRAMES = 40;

/** CSS px between the lower edge of the view and the end of the content. */
export const distanceToEnd = ({ scrollHeight, scrollTop, clientHeight }: HTMLElement): number =>
	scrollHeight - scrollTop - clientHeight;

/** Id of the last message that is in view, by its attribute `data-message`; null when there is none. */
export function lastMessageInView(scroller: HTMLElement): string | null {
	const view = scroller.getBoundingClientRect();
	const ids = [...scroller.querySelectorAll<HTMLElement>('[data-message]')]
		.map((element) => ({ id: element.dataset['message'], box: element.getBoundingClientRect() }))
		.filter(
			({ box }) => box.bottom > view.top && box.top + Math.min(box.height, SEEN_FROM) <= view.bottom
		)
		.toSorted((one, other) => one.box.top - other.box.top);
	return ids.at(-1)?.id ?? null;
}

/** Resolves once rows that have just come into view are measured and the place stands still. */
export async function settled(scroller: HTMLElement): Promise<void> {
	let before = '';
	let still = 0;
	for (let frame = 0; frame < MOST_FRAMES && still < STILL_FRAMES; frame += 1) {
		await new Promise(requestAnimationFrame);
		const now = [scroller.scrollTop, scroller.scrollHeight, lastMessageInView(scroller)].join();
		still = now === before ? still + 1 : 0;
		before = now;
	}
}

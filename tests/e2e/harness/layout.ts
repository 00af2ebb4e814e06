/**
 * What is wrong with a page as it is laid out: something cut off, something that has to be scrolled sideways,
 * something too small to be hit. The functions run inside the page and so use nothing from outside of them.
 */

/** Rows that are meant to be swiped: departments to filter by, people chosen, emoji used last, areas of a section. */
export const SWIPED = '.filters, .chips, .grid.line, .tabs';

/** What sticks out of the window or of the pane that cuts it off, and what scrolls sideways without being meant to. */
export function findCutOff(swiped: string): string[] {
	const faults = new Set<string>();
	const view = new DOMRect(0, 0, innerWidth, innerHeight);
	/** Lower than this, a pane that scrolls shows nothing whole. */
	const LOWEST_PANE = 44;
	const nameOf = (element: Element): string => {
		const text = element.textContent.trim().replace(/\s+/g, ' ').slice(0, 30);
		const name = element.getAttribute('aria-label') ?? text;
		return `${element.tagName.toLowerCase()}.${element.classList[0] ?? ''} "${name}"`;
	};
	const forEars = new Map<Element, boolean>();
	/** Read aloud, not seen: cut off on purpose. */
	const isForEars = (element: Element): boolean => {
		const parent = element.parentElement;
		const known =
			forEars.get(element) ??
			(getComputedStyle(element).clipPath !== 'none' || (parent !== null && isForEars(parent)));
		forEars.set(element, known);
		return known;
	};
	const panes = new Map<Element, Element | null>();
	/** What cuts an element off; null for the window alone. */
	const paneOf = (element: Element): Element | null => {
		const known = panes.get(element);
		if (known !== undefined) return known;
		const { position } = getComputedStyle(element);
		let up = element.parentElement;
		// Placed by something further out, and not cut off by what lies between.
		if (position === 'absolute')
			while (up && getComputedStyle(up).position === 'static') up = up.parentElement;
		const isOnTop = position === 'fixed' || element.matches(':modal, :popover-open');
		const pane =
			up === null || isOnTop
				? null
				: getComputedStyle(up).overflowX === 'visible'
					? paneOf(up)
					: up;
		panes.set(element, pane);
		return pane;
	};
	const compare = (box: DOMRect, pane: Element | null, what: () => string): void => {
		if (box.width === 0 || box.height === 0) return;
		const style = pane && getComputedStyle(pane);
		// Shortened with an ellipsis, on purpose.
		if (style?.textOverflow === 'ellipsis' || pane?.matches(swiped)) return;
		const edge = pane?.getBoundingClientRect() ?? view;
		const right = Math.round(box.right - edge.right);
		const left = Math.round(edge.left - box.left);
		// Scrolled out to the left is out of reach; to the right, the pane is found below.
		const scrolls = style !== null && /auto|scroll/.test(style.overflowX);
		if (left > 1 || (right > 1 && !scrolls))
			faults.add(`${what()} sticks out by ${Math.max(left, right)} px`);
	};

	/** What can be pressed must be there, or in a pane that can be scrolled to it. */
	const reach = (element: Element, pane: Element | null): void => {
		// Shows itself when the keyboard comes to it.
		if (element.matches('.skip-link')) return;
		const box = element.getBoundingClientRect();
		const edge = pane?.getBoundingClientRect() ?? view;
		if (pane && /auto|scroll/.test(getComputedStyle(pane).overflowY)) {
			if (pane.clientHeight < LOWEST_PANE)
				faults.add(`${nameOf(element)} is in a pane of ${pane.clientHeight} px`);
			return;
		}
		const beyond = Math.round(Math.max(edge.top - box.top, box.bottom - edge.bottom));
		if (beyond > 1) faults.add(`${nameOf(element)} is out of reach by ${beyond} px`);
	};

	for (const element of document.body.querySelectorAll('*')) {
		if (element instanceof SVGElement && element.ownerSVGElement) continue;
		if (!element.checkVisibility({ visibilityProperty: true }) || isForEars(element)) continue;
		const { overflowX } = getComputedStyle(element);
		const excess = element.scrollWidth - element.clientWidth;
		if (/auto|scroll/.test(overflowX) && excess > 1 && !element.matches(swiped))
			faults.add(`${nameOf(element)} scrolls sideways by ${excess} px`);
		const around = paneOf(element);
		compare(element.getBoundingClientRect(), around, () => nameOf(element));
		if (element.matches('a, button, input, select')) reach(element, around);
		for (const node of element.childNodes) {
			if (!(node instanceof Text) || node.data.trim() === '') continue;
			const range = document.createRange();
			range.selectNodeContents(node);
			const pane = overflowX === 'visible' ? around : element;
			compare(range.getBoundingClientRect(), pane, () => `the text of ${nameOf(element)}`);
		}
	}
	const wide = document.documentElement.scrollWidth - innerWidth;
	if (wide > 0) faults.add(`the page is wider than the window by ${wide} px`);
	return [...faults];
}

/** What can be pressed and is smaller than 44 x 44 px, the area around it that takes the press included. */
export function findTooSmall(): string[] {
	const SMALLEST = 44;
	const PRESSED =
		'a[href], button, input, select, textarea, summary, [contenteditable], [role=option]';
	const fits = ({ width, height }: DOMRect): boolean =>
		Math.round(width) >= SMALLEST && Math.round(height) >= SMALLEST;
	/** A link in a sentence is as high as its line (WCAG 2.5.8). */
	const isInSentence = (element: Element): boolean =>
		getComputedStyle(element).display === 'inline' &&
		(element.parentElement?.textContent.length ?? 0) > element.textContent.length;
	const takesPresses = (element: Element): boolean => {
		element.scrollIntoView({ block: 'nearest' });
		const { left, top, width, height } = element.getBoundingClientRect();
		const [x, y, reach] = [left + width / 2, top + height / 2, SMALLEST / 2 - 1];
		return [-reach, reach].every((by) =>
			[document.elementFromPoint(x + by, y), document.elementFromPoint(x, y + by)].every(
				(hit) => hit !== null && element.contains(hit)
			)
		);
	};
	const modal = document.querySelector(':modal') ?? document.body;
	return [...modal.querySelectorAll(PRESSED)]
		.filter((element) => element.checkVisibility({ visibilityProperty: true }))
		.filter((element) => {
			const labels = element instanceof HTMLInputElement ? [...(element.labels ?? [])] : [];
			return ![element, ...labels].some((one) => fits(one.getBoundingClientRect()));
		})
		.filter((element) => !isInSentence(element) && !takesPresses(element))
		.map((element) => {
			const { width, height } = element.getBoundingClientRect();
			const name = element.getAttribute('aria-label') ?? element.textContent.trim();
			return `${element.tagName.toLowerCase()} "${name}" is ${Math.round(width)} x ${Math.round(height)} px`;
		});
}

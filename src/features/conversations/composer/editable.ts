/**
 * Reads and changes the text of a `contenteditable` field. Such a field, unlike a textarea, is not kept in
 * the browser's session files. Only plain text goes in; markup never does.
 */

/** The text with its line breaks, however the browser keeps them (`\n`, `<br>`, a block per line). */
export function readEditable(root: HTMLElement): string {
	let text = '';
	const visit = (node: Node) => {
		if (node.nodeType === Node.TEXT_NODE) text += node.nodeValue ?? '';
		else if (node.nodeName === 'BR') text += '\n';
		else {
			if (isBlock(node) && text !== '' && !text.endsWith('\n')) text += '\n';
			for (const child of node.childNodes) visit(child);
		}
	};
	for (const child of root.childNodes) visit(child);
	// Browsers keep a last line break so that the caret can stand on the empty line.
	return text.endsWith('\n') ? text.slice(0, -1) : text;
}

/** Replaces everything and puts the caret at the end. */
export function writeEditable(root: HTMLElement, text: string): void {
	// A last line break is drawn only when another one follows.
	root.textContent = text.endsWith('\n') ? `${text}\n` : text;
	if (document.activeElement === root) moveCaretToEnd(root);
}

export function moveCaretToEnd(root: HTMLElement): void {
	const selection = document.getSelection();
	selection?.selectAllChildren(root);
	selection?.collapseToEnd();
}

/** Where the caret stands in the field; null when it is elsewhere. */
export function caretIn(root: HTMLElement): Range | null {
	const selection = document.getSelection();
	if (!selection || selection.rangeCount === 0 || !root.contains(selection.anchorNode)) return null;
	return selection.getRangeAt(0).cloneRange();
}

/** Puts text where the caret is, or was, as if typed, so that undo works. */
export function insertAtCaret(root: HTMLElement, text: string, before: Range | null = null): void {
	const caret = caretIn(root) ?? before;
	root.focus();
	const selection = document.getSelection();
	if (caret && root.contains(caret.startContainer)) {
		selection?.removeAllRanges();
		selection?.addRange(caret);
	} else moveCaretToEnd(root);
	// Deprecated, but the only way that keeps the browser's own undo history.
	document.execCommand('insertText', false, text);
}

function isBlock(node: Node): boolean {
	return node.nodeName === 'DIV' || node.nodeName === 'P';
}

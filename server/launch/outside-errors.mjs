/**
 * Vitest reporter for `npm test`: writes down what failed outside of any test, which the JSON report leaves out. One
 * array of texts, in the file that OUTSIDE_ERRORS names.
 */
import { writeFileSync } from 'node:fs';

export default class OutsideErrors {
	/**
	 * @param {unknown} _modules
	 * @param {readonly { stack?: string, message?: string }[]} errors
	 */
	onTestRunEnd(_modules, errors) {
		const file = process.env.OUTSIDE_ERRORS;
		const texts = errors.map(({ stack, message }) => stack ?? message ?? 'without a text');
		if (file) writeFileSync(file, JSON.stringify(texts));
	}
}

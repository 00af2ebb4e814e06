/**
 * A reason why the server can't start that the person who starts it can mend. Its message is one
 * sentence that names what is wrong and what to do; it is printed as it stands and the exit code is 1.
 */
export class StartError extends Error {
	override readonly name = 'StartError';
}

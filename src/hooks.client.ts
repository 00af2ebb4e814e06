/** What the page says when one of its own parts breaks: a code, never a stack, and nothing to anybody else. */
import { DienstwegError } from '#shared/contract/errors.ts';
import type { HandleClientError } from '@sveltejs/kit';

export const handleError: HandleClientError = ({ error, status }) => ({
	message: '',
	code: error instanceof DienstwegError ? error.code : status === 404 ? 'not_found' : 'internal'
});

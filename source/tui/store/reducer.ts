import { applyRunEvents, emptyRunView } from '../run/run-view.ts';
import { keepSelected } from './keep-selected.ts';
import type { Message } from './messages.ts';
import type { Data, UiState } from './state.ts';

function withData(state: UiState, part: Partial<Data>): UiState {
	return { ...state, data: { ...state.data, ...part } };
}

/** How long a notice stays, in ms. */
const noticeMs = 12_000;

/** The one reducer: pure, and returns the same object when nothing changed. */
export function reduce(state: UiState, message: Message): UiState {
	switch (message.type) {
		case 'resize':
			return { ...state, size: message.size };
		case 'tick': {
			const old = state.notice !== undefined && message.now - state.notice.at > noticeMs;
			const { notice: _notice, ...rest } = state;
			return { ...(old ? rest : state), now: message.now };
		}
		case 'tabs': {
			const active = message.tabs.includes(state.active) ? state.active : (message.tabs[0] ?? 'home');
			return { ...state, tabs: message.tabs, active };
		}
		case 'go': {
			const { notice: _notice, ...rest } = state;
			return state.active === message.screen ? state : { ...rest, active: message.screen, zoom: false };
		}
		case 'zoom':
			return { ...state, zoom: !state.zoom };
		case 'screen':
			return { ...state, screens: { ...state.screens, [message.screen.name]: message.screen } };
		case 'dialog': {
			const { dialog: _dialog, ...rest } = state;
			return message.dialog === undefined ? rest : { ...state, dialog: message.dialog };
		}
		case 'notice': {
			const { notice: _notice, ...rest } = state;
			return message.notice === undefined ? rest : { ...state, notice: message.notice };
		}
		case 'loaded':
			return keepSelected(state, withData(state, { [message.part]: message.value }));
		case 'history':
			return keepSelected(state, withData(state, { history: message.entries }));
		case 'detail':
			return withData(state, { details: { ...state.data.details, [message.key]: message.value } });
		case 'tested':
			return withData(state, { tests: { ...state.data.tests, [message.remote]: message.value } });
		case 'run-events': {
			const view = state.data.views[message.run] ?? emptyRunView(message.run);
			const next = applyRunEvents(view, message.events);
			return withData(state, { views: { ...state.data.views, [message.run]: next } });
		}
		case 'runs-kept': {
			const kept = Object.entries(state.data.views).filter(([id]) => message.ids.includes(id));
			return withData(state, { views: Object.fromEntries(kept) });
		}
		case 'log':
			return withData(state, { log: message.log });
	}
}

import type { RunEvent } from '../../runs/events.ts';
import type { HistoryEntry } from '../../runs/history.ts';
import type { RemoteTest, StackDetail } from '../ports.ts';
import type { Data, Dialog, Loaded, LogWindow, Notice, Screen, ScreenName, UiState } from './state.ts';

/** Parts of `Data` that are loaded as one piece. */
export type DataPart = 'stacks' | 'states' | 'runs' | 'overview' | 'snapshots' | 'remotes' | 'checks';

/** Everything that changes what is on the screen. */
export type Message =
	| { readonly type: 'resize'; readonly size: UiState['size'] }
	| { readonly type: 'tick'; readonly now: number }
	| { readonly type: 'tabs'; readonly tabs: readonly ScreenName[] }
	| { readonly type: 'go'; readonly screen: ScreenName }
	| { readonly type: 'zoom' }
	/** Fields of one screen; the screen's own pure functions make them. */
	| { readonly type: 'screen'; readonly screen: Screen }
	| { readonly type: 'dialog'; readonly dialog: Dialog | undefined }
	| { readonly type: 'notice'; readonly notice: Notice | undefined }
	| {
			readonly [P in DataPart]: { readonly type: 'loaded'; readonly part: P; readonly value: Data[P] };
	  }[DataPart]
	| { readonly type: 'history'; readonly entries: readonly HistoryEntry[] }
	| { readonly type: 'detail'; readonly key: string; readonly value: Loaded<StackDetail> }
	| { readonly type: 'tested'; readonly remote: string; readonly value: Loaded<RemoteTest> }
	| { readonly type: 'run-events'; readonly run: string; readonly events: readonly RunEvent[] }
	| { readonly type: 'runs-kept'; readonly ids: readonly string[] }
	| { readonly type: 'log'; readonly log: LogWindow };

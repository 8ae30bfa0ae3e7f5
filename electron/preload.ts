import { contextBridge, ipcRenderer, type IpcRendererEvent } from "electron";
import {
  shellChannels,
  type EngineProcessState,
  type MenuCommand,
  type ShellReply,
  type ShellRequest,
  type TerminalBridge,
} from "../shared/shell.ts";

/** The state last heard of, for a listener that comes later than the message. */
let engineProcess: EngineProcessState | null = null;
ipcRenderer.on(shellChannels.engineProcess, (_event, state: EngineProcessState) => {
  engineProcess = state;
});

// A port cannot pass the context bridge; a window message can carry it, and only into this very page.
ipcRenderer.on(shellChannels.port, ({ ports }: IpcRendererEvent) => {
  window.postMessage(shellChannels.port, window.location.origin, [...ports]);
});

// What arrives was sent by the main process of this very build: its types hold.
const bridge: TerminalBridge = {
  connect: () => ipcRenderer.send(shellChannels.connect),
  request: (request: ShellRequest): Promise<ShellReply> => ipcRenderer.invoke(shellChannels.request, request),
  onEngineProcess: (listener) => {
    if (engineProcess !== null) listener(engineProcess);
    return subscribe(shellChannels.engineProcess, (state) => listener(state as EngineProcessState));
  },
  onMenu: (listener) => subscribe(shellChannels.menu, (command) => listener(command as MenuCommand)),
};

// The page gets these four functions and nothing else: no ipcRenderer, no channel names, no events with a sender.
contextBridge.exposeInMainWorld("terminal", bridge);

/** Hands the page the value alone: an event would carry the sender, and with it ipcRenderer. */
function subscribe(channel: string, tell: (value: unknown) => void): () => void {
  const forward = (_event: IpcRendererEvent, value: unknown): void => tell(value);
  ipcRenderer.on(channel, forward);
  return () => {
    ipcRenderer.off(channel, forward);
  };
}

import { app, Menu, shell, type MenuItemConstructorOptions } from "electron";
import type { MenuCommand } from "../shared/shell.ts";
import { shellTexts } from "./shellTexts.ts";

export type MenuActions = {
  readonly tellWindow: (command: MenuCommand) => void;
  readonly openWindow: () => void;
  readonly restartEngine: () => void;
  /** Is there a simulated exchange to go back to from the venue that the terminal is connected to? */
  readonly canReturn: boolean;
  readonly logFolder: string;
  readonly developerTools: boolean;
};

/** Sets the application's menu in the current language; called again when that changes. Developer tools are in it only when the terminal runs from its sources. */
export function setApplicationMenu(actions: MenuActions): void {
  const about: MenuItemConstructorOptions = { label: shellTexts.about(app.name), click: () => actions.tellWindow("about") };
  const mac = process.platform === "darwin";
  const template: MenuItemConstructorOptions[] = [
    ...(mac
      ? [
          {
            label: app.name,
            submenu: [
              about,
              { type: "separator" },
              { role: "hide", label: shellTexts.hide(app.name) },
              { role: "quit", label: shellTexts.quit },
            ],
          } satisfies MenuItemConstructorOptions,
        ]
      : []),
    {
      label: shellTexts.file,
      submenu: [
        { label: shellTexts.newWindow, accelerator: "CmdOrCtrl+Shift+N", click: actions.openWindow },
        { label: shellTexts.importHistory, accelerator: "CmdOrCtrl+I", click: () => actions.tellWindow("importHistory") },
        { label: shellTexts.settings, accelerator: "CmdOrCtrl+,", click: () => actions.tellWindow("settings") },
        { type: "separator" },
        { label: shellTexts.connectVenue, click: () => actions.tellWindow("connectVenue") },
        { label: shellTexts.leaveVenue, enabled: actions.canReturn, click: () => actions.tellWindow("leaveVenue") },
        { type: "separator" },
        mac ? { role: "close", label: shellTexts.closeWindow } : { role: "quit", label: shellTexts.quit },
      ],
    },
    {
      label: shellTexts.edit,
      submenu: [
        { role: "undo", label: shellTexts.undo },
        { role: "redo", label: shellTexts.redo },
        { type: "separator" },
        { role: "cut", label: shellTexts.cut },
        { role: "copy", label: shellTexts.copy },
        { role: "paste", label: shellTexts.paste },
        { role: "selectAll", label: shellTexts.selectAll },
      ],
    },
    { label: shellTexts.engine, submenu: [{ label: shellTexts.restartEngine, click: actions.restartEngine }] },
    {
      label: shellTexts.view,
      submenu: [
        { label: shellTexts.resetLayout, click: () => actions.tellWindow("resetLayout") },
        { type: "separator" },
        { role: "resetZoom", label: shellTexts.actualSize },
        { role: "zoomIn", label: shellTexts.zoomIn },
        { role: "zoomOut", label: shellTexts.zoomOut },
        { role: "togglefullscreen", label: shellTexts.fullScreen },
        ...(actions.developerTools
          ? ([{ type: "separator" }, { role: "reload" }, { role: "toggleDevTools" }] satisfies MenuItemConstructorOptions[])
          : []),
      ],
    },
    {
      label: shellTexts.help,
      submenu: [{ label: shellTexts.openLogs, click: () => void shell.openPath(actions.logFolder) }, ...(mac ? [] : [about])],
    },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

import { app, Menu, shell, type MenuItemConstructorOptions } from "electron";
import type { MenuCommand } from "../shared/shell.ts";

export type MenuActions = {
  readonly tellWindow: (command: MenuCommand) => void;
  readonly openWindow: () => void;
  readonly restartEngine: () => void;
  readonly logFolder: string;
  readonly developerTools: boolean;
};

/** Sets the application's menu. Developer tools are in it only when the terminal runs from its sources. */
export function setApplicationMenu(actions: MenuActions): void {
  const about: MenuItemConstructorOptions = { label: `About ${app.name}`, click: () => actions.tellWindow("about") };
  const mac = process.platform === "darwin";
  const template: MenuItemConstructorOptions[] = [
    ...(mac
      ? [
          {
            label: app.name,
            submenu: [about, { type: "separator" }, { role: "hide" }, { role: "quit" }],
          } satisfies MenuItemConstructorOptions,
        ]
      : []),
    {
      label: "&File",
      submenu: [
        { label: "&New Window", accelerator: "CmdOrCtrl+Shift+N", click: actions.openWindow },
        { label: "&Import History…", accelerator: "CmdOrCtrl+I", click: () => actions.tellWindow("importHistory") },
        { type: "separator" },
        mac ? { role: "close" } : { role: "quit" },
      ],
    },
    {
      label: "&Edit",
      submenu: [
        { role: "undo" },
        { role: "redo" },
        { type: "separator" },
        { role: "cut" },
        { role: "copy" },
        { role: "paste" },
        { role: "selectAll" },
      ],
    },
    { label: "E&ngine", submenu: [{ label: "&Restart Engine", click: actions.restartEngine }] },
    {
      label: "&View",
      submenu: [
        { label: "Reset &Layout", click: () => actions.tellWindow("resetLayout") },
        { type: "separator" },
        { role: "resetZoom" },
        { role: "zoomIn" },
        { role: "zoomOut" },
        { role: "togglefullscreen" },
        ...(actions.developerTools
          ? ([{ type: "separator" }, { role: "reload" }, { role: "toggleDevTools" }] satisfies MenuItemConstructorOptions[])
          : []),
      ],
    },
    {
      label: "&Help",
      submenu: [{ label: "Open &Log Folder", click: () => void shell.openPath(actions.logFolder) }, ...(mac ? [] : [about])],
    },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

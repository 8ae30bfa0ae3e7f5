export const alertTexts = {
  code: "ALERT",
  notificationTitle: "SIMULATED · HashKey Terminal",
  filled: "Filled",
  ended: "Order ended:",
  position: "Position",
  lastIs: "last",
  sides: { above: "at or above", below: "at or below" },
  quietOn: "Do not disturb is on: messages are kept, nothing sounds or pops up.",
  quietOff: "Do not disturb is off.",
} as const;

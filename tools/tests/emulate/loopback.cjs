// SPDX-FileCopyrightText: 2026 LDLC contributors
// SPDX-License-Identifier: GPL-3.0-or-later
// emulate 0.11.2 would listen on every interface and has no option for it; loaded before it, this keeps it on
// 127.0.0.1.
const net = require("net");

const listen = net.Server.prototype.listen;

net.Server.prototype.listen = function (port, host, ...rest) {
  if (typeof port !== "number") return listen.call(this, port, host, ...rest);
  return listen.call(this, port, "127.0.0.1", ...(typeof host === "function" ? [host] : rest));
};
